/** The refusals of calls of models: what holds the call, its numbers, and who can change it. Pure. */
import type { Cap } from "../caps/schema.ts";
import { usdFromNanos, usdText } from "../kernel/money.ts";
import { Problem } from "../kernel/problem.ts";

/** `person`: somebody must act. `window`: it ends by itself at a time. `soon`: try again in a moment. */
export type Ends = "person" | "window" | "soon";

export interface Refused {
  code: string;
  reason: string;
  next_step: string;
  ends: Ends;
  resets_at?: string;
  details?: Readonly<Record<string, unknown>>;
}

const shown = (nanos: bigint) => usdText(usdFromNanos(nanos));

export function problemOf({ code, reason, next_step, ends, resets_at, details }: Refused): Problem {
  return new Problem("blocked", `${reason} ${next_step}`, {
    reason_code: code,
    reason,
    next_step,
    ends,
    ...(resets_at !== undefined && { resets_at }),
    ...details,
  });
}

interface CapNumbers {
  cap: Cap;
  limit: bigint;
  estimate: bigint;
  resets_at: string;
  publicUrl: string;
}

/** `cap` has the counts of the present day. */
export function capRefused({ cap, limit, estimate, resets_at, publicUrl }: CapNumbers): Refused {
  const [used, reserved] = [BigInt(cap.used_nanos), BigInt(cap.reserved_nanos)];
  const whose = cap.agent_id === null ? "workspace" : "agent";
  const top_up_url = `${publicUrl}/limits`;
  const isUnpriced = cap.blocks_unpriced && cap.unpriced_events > 0n;
  const fits = !isUnpriced && estimate <= limit - reserved;
  const reason = isUnpriced
    ? `The daily cap of the ${whose} allows no call after usage without a price.`
    : `The daily cap of the ${whose} is ${shown(limit)}: ${shown(used)} used and ${shown(reserved)} reserved. This call needs about ${shown(estimate)}.`;
  return {
    code: "cap",
    reason,
    next_step: `An owner or admin can add a top-up at ${top_up_url}. The cap begins again at ${resets_at}.`,
    ends: fits || isUnpriced ? "window" : "person",
    resets_at,
    details: {
      policy_id: cap.id,
      cap: usdFromNanos(limit),
      used: usdFromNanos(used),
      reserved: usdFromNanos(reserved),
      estimate: usdFromNanos(estimate),
      fits_at: fits ? resets_at : null,
      top_up_url,
    },
  };
}

interface BudgetNumbers {
  payer_id: string;
  budget: bigint;
  spent: bigint;
  promised: bigint;
  estimate: bigint;
  publicUrl: string;
}

export function budgetRefused({ payer_id, budget, spent, promised, estimate, publicUrl }: BudgetNumbers): Refused {
  return {
    code: "budget",
    reason: `The budget of task ${payer_id} is ${shown(budget)}: ${shown(spent)} spent and ${shown(promised)} reserved. This call needs about ${shown(estimate)}.`,
    next_step: `A person must decide: create the work again with a larger budget, or end the task at ${publicUrl}/tasks/${payer_id}.`,
    ends: "person",
    details: {
      cap: usdFromNanos(budget),
      used: usdFromNanos(spent),
      reserved: usdFromNanos(promised),
      estimate: usdFromNanos(estimate),
      fits_at: null,
    },
  };
}

/** The state of the gate of the agent. Those codes do not depend on a start. */
export interface GateState {
  refusal: string | null;
  stop_id: string | null;
  tree_stop_id: string | null;
  parked_until: string | null;
  publicUrl: string;
}

export function gateRefused({
  refusal,
  stop_id,
  tree_stop_id,
  parked_until,
  publicUrl,
}: GateState): Refused | undefined {
  const stop = refusal === "stopped" ? stop_id : tree_stop_id;
  switch (refusal) {
    case "agent_paused":
      return byPerson(refusal, "The agent is paused.", `An owner or admin resumes it at ${publicUrl}/agents.`);
    case "agent_archived":
      return byPerson(refusal, "The agent is archived.", "Use the key of another agent.");
    case "provider_quota":
    case "provider_capacity":
      return {
        code: refusal,
        reason: `The provider refuses the agent until ${parked_until}.`,
        next_step: "Wait until that time, or let a person resume the agent.",
        ends: "window",
        ...(parked_until !== null && { resets_at: parked_until }),
      };
    default:
      if (refusal !== "stopped" && tree_stop_id === null) return undefined;
      return byPerson("stopped", "A stop is in force.", `An owner or admin lifts stop ${stop} at ${publicUrl}/stops.`);
  }
}

function byPerson(code: string, reason: string, next_step: string): Refused {
  return { code, reason, next_step, ends: "person" };
}

export function throttled(perMinute: number): Refused {
  return {
    code: "throttled",
    reason: `The agent is throttled to ${perMinute} calls a minute.`,
    next_step: "Try again within a minute.",
    ends: "soon",
  };
}
