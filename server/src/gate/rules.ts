/** The sentence for each reason why a task does not start. The database decides the reason. */
import Type, { type Static } from "typebox";
import { usdFromNanos, usdText } from "../kernel/money.ts";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import { PARK_CODES, type ParkCode } from "./schema.ts";

/** A refused start, for machines and people. */
export interface Refusal {
  code: Code;
  reason: string;
  /** The action that ends the refusal. */
  next_step: string;
  /** The numbers of a refusal by a cap. */
  details?: CapDetails;
  /** The stop that refuses. */
  stop_id?: string;
}

/** The amounts are in US dollars. */
interface CapDetails {
  policy_id: string | null;
  cap: number;
  used: number;
  reserved: number;
  estimate: number;
  estimate_source?: string;
  /** The time at which the start may fit, if time alone makes room. */
  fits_at: string | null;
  /** For people. */
  top_up_url?: string;
}

const GATE_STATUSES = ["active", "paused", "archived"] as const;
export type GateStatus = (typeof GATE_STATUSES)[number];

export interface LastRefusal {
  code: Code;
  reason: string;
  task_id: string;
  at: string;
}

/** The columns of a gate. A new limit adds a line here. */
export const GateColumns = Fields({
  agent_id: Id,
  status: Literals(GATE_STATUSES),
  running: Type.Integer(),
  running_max: Nullable(Type.Integer()),
  throttle_per_minute: Nullable(Type.Integer()),
  throttle_tokens: Type.Number(),
  throttle_at: Time,
  allowed_model: Nullable(Type.String()),
  parked_until: Nullable(Time),
  parked_code: Nullable(Literals(PARK_CODES)),
  parked_model: Nullable(Type.String()),
  parked_at: Nullable(Time),
  paused_by: Nullable(Id),
  stop_id: Nullable(Id),
  last_refusal: Type.Unsafe<LastRefusal | null>({}),
});
export type GateColumns = Static<typeof GateColumns>;

/** The numbers that the sentences name. */
export interface RefusalNumbers extends GateColumns {
  open_dependencies: number;
  available_at: string;
  payer_id: string | null;
  /** The remaining budget in nano-dollars. */
  left: bigint | null;
  /** The price of the start in nano-dollars. */
  needed: bigint;
  /** The binding cap with the least left. Its amounts and the estimate of the start are nano-dollars as text. */
  policy_id: string | null;
  cap_agent_id: string | null;
  cap: string | null;
  used: string | null;
  reserved: string | null;
  is_unpriced: boolean | null;
  estimate: string;
  /** Undefined where only the sentence is needed. */
  estimate_source?: string;
  /** The end of the present day of the cap. */
  resets_at: string;
  /** The stop of the tree of the task. */
  tree_stop_id?: string | null;
}

type Words = Omit<Refusal, "code">;

const withStop = (id: string | null) => (id === null ? {} : { stop_id: id });

/** The codes that `gate_refusal` and `start_refusal` return. Those after `budget` do not refuse a start. */
export const REFUSALS = {
  agent_paused: () => ({
    reason: "The assigned agent is paused.",
    next_step: "Resume the agent, or assign the task to another agent.",
  }),
  agent_archived: () => ({
    reason: "The assigned agent is archived.",
    next_step: "Assign the task to another agent.",
  }),
  stopped: ({ stop_id }: Pick<RefusalNumbers, "stop_id">) => ({
    reason: "A stop forbids starts.",
    next_step: `An owner or admin lifts stop ${stop_id}.`,
    ...withStop(stop_id),
  }),
  at_limit: ({ running, running_max }: Pick<RefusalNumbers, "running" | "running_max">) => ({
    reason: `The agent runs ${running} of at most ${running_max} tasks.`,
    next_step: "Wait until one of its tasks ends, or let the agent run more tasks at once (max_running_tasks).",
  }),
  throttled: ({ throttle_per_minute }: Pick<RefusalNumbers, "throttle_per_minute">) => ({
    reason: `The agent is throttled to ${throttle_per_minute} starts a minute.`,
    next_step: "Try again within a minute.",
  }),
  provider_quota: ({ parked_until }: Pick<RefusalNumbers, "parked_until">) => ({
    reason: `The quota of the agent's model provider is used up until ${parked_until}.`,
    next_step: "Wait until that time, or resume the agent when it has quota again.",
  }),
  provider_capacity: ({ parked_until }: Pick<RefusalNumbers, "parked_until">) => ({
    reason: `The agent's model provider has no capacity. The next start is possible at ${parked_until}.`,
    next_step: "Wait until that time, or resume the agent to try at once.",
  }),
  dependencies: ({ open_dependencies }: Pick<RefusalNumbers, "open_dependencies">) => ({
    reason: `${open_dependencies} of the tasks it depends on are not completed.`,
    next_step: "Complete the tasks in depends_on, or retry those that failed.",
  }),
  dependency_failed: () => ({
    reason: "It waits for a task that ended without success.",
    next_step: "Retry the task that ended, accept its late result, drop or replace it, or cancel this task.",
  }),
  budget: ({ payer_id, left, needed }: Pick<RefusalNumbers, "payer_id" | "left" | "needed">) => ({
    reason: `The budget of task ${payer_id} has ${usdFromNanos(left ?? 0n)} USD left; this start needs ${usdFromNanos(needed)}.`,
    next_step: "Finish or cancel other work of this tree, or create the work again with a larger budget.",
  }),
  tree_stopped: ({ tree_stop_id = null }: Pick<RefusalNumbers, "tree_stop_id">) => ({
    reason: "A stop forbids starts in this tree of tasks.",
    next_step: "An owner or admin lifts the stop.",
    ...withStop(tree_stop_id),
  }),
  cap: (numbers: CapNumbers) => ({ ...capWords(numbers), details: capDetails(numbers) }),
  backoff: ({ available_at }: Pick<RefusalNumbers, "available_at">) => ({
    reason: `After a failed attempt, the next attempt starts at ${available_at}.`,
    next_step: "Wait until that time.",
  }),
  agent_away: () => ({
    reason: "The assigned agent has not called the server for a while.",
    next_step: "Start the agent's process, or assign the task to another agent.",
  }),
  pool_empty: () => ({
    reason: "No agent has this role or all these tags.",
    next_step: "Give an agent the role or the tags, or assign the task to an agent.",
  }),
  pool_archived: () => ({
    reason: "Every agent with this role or these tags is archived.",
    next_step: "Give another agent the role or the tags, or assign the task to an agent.",
  }),
  pool_paused: () => ({
    reason: "Every agent with this role or these tags is paused, stopped or archived.",
    next_step: "Resume one of them, lift the stop, or assign the task to another agent.",
  }),
  pool_away: () => ({
    reason: "No active agent with this role or these tags has called the server for a while.",
    next_step: "Start the process of one of them, or assign the task to another agent.",
  }),
  pool_at_limit: () => ({
    reason: "Every agent with this role or these tags that is here is at its limit.",
    next_step:
      "Wait until one of their tasks ends, let one of them run more tasks at once (max_running_tasks), or give another agent the role or the tags.",
  }),
} as const satisfies Record<string, (numbers: RefusalNumbers) => Words>;

type CapNumbers = Pick<
  RefusalNumbers,
  | "policy_id"
  | "cap_agent_id"
  | "cap"
  | "used"
  | "reserved"
  | "is_unpriced"
  | "estimate"
  | "estimate_source"
  | "resets_at"
>;

const usd = (nanos: string | null) => usdFromNanos(BigInt(nanos ?? 0));
const shown = (nanos: string | null) => usdText(usd(nanos));

function capWords({ cap_agent_id, cap, used, reserved, is_unpriced, estimate }: CapNumbers): Words {
  const whose = cap_agent_id === null ? "workspace" : "agent";
  if (is_unpriced)
    return {
      reason: `The daily cap of the ${whose} allows no start after usage without a price.`,
      next_step: "Give the model a price, wait until midnight UTC, or let the policy ignore usage without a price.",
    };
  if (usd(used) >= usd(cap))
    return {
      reason: `The daily cap of the ${whose} is used up: ${shown(used)} of ${shown(cap)}.`,
      next_step: "Wait until midnight UTC, or let an owner or admin add a top-up.",
    };
  const held = usd(reserved) > 0 ? ` and ${shown(reserved)} reserved` : "";
  return {
    reason: `The daily cap of the ${whose} is ${shown(cap)}: ${shown(used)} used${held}. This start needs ${shown(estimate)}.`,
    next_step: "Wait until running tasks end or until midnight UTC, or let an owner or admin add a top-up.",
  };
}

function capDetails({ policy_id, cap, used, reserved, estimate, estimate_source, resets_at }: CapNumbers): CapDetails {
  const fits = BigInt(estimate) <= BigInt(cap ?? 0) - BigInt(reserved ?? 0);
  return {
    policy_id,
    cap: usd(cap),
    used: usd(used),
    reserved: usd(reserved),
    estimate: usd(estimate),
    ...(estimate_source !== undefined && { estimate_source }),
    fits_at: fits ? resets_at : null,
  };
}

export interface Park {
  at: Date;
  until: Date;
  code: ParkCode;
  /** The model that serves the agent meanwhile; null when the agent starts nothing. */
  model: string | null;
}

const DAY_MS = 86_400_000;
const PARKED_MS_MAX = 8 * DAY_MS;
/** So that refused attempts, which use up nothing, do not follow one another at once. */
const PARKED_MS_MIN = 30_000;
/** Without a time from the provider. */
const PARKED_MS: Record<ParkCode, number> = { provider_quota: 3_600_000, provider_capacity: 120_000 };

interface Refused {
  code: ParkCode;
  until: number | undefined;
  fallback: string | null;
  /** The start of the refused attempt, in milliseconds. */
  startedMs: number;
}

/**
 * Decides how long a gate is parked. A fallback model serves until then, unless it was that model that was refused, or a risk policy
 * allows another one. A later end that holds already stays.
 */
export function parkOf(
  gate: Pick<GateColumns, "allowed_model" | "parked_until" | "parked_code" | "parked_model" | "parked_at">,
  refused: Refused,
  now: Date,
): Park {
  const time = now.getTime();
  const wanted = refused.until ?? time + PARKED_MS[refused.code];
  const until = Math.min(Math.max(wanted, time + PARKED_MS_MIN), time + PARKED_MS_MAX);
  const held = heldPark(gate, time);
  // The attempt began before the gate was parked, so the fallback model did not serve it.
  if (held?.model && refused.startedMs <= held.at.getTime())
    return { ...held, until: new Date(Math.max(held.until.getTime(), until)) };
  if (held && held.model === null && held.until.getTime() >= until) return held;
  const isServing = !held && gate.allowed_model === null;
  return { at: now, until: new Date(until), code: refused.code, model: isServing ? refused.fallback : null };
}

function heldPark(gate: Parameters<typeof parkOf>[0], time: number): Park | undefined {
  const { parked_until: until, parked_code: code, parked_at: at, parked_model: model } = gate;
  if (until === null || code === null || at === null || Date.parse(until) <= time) return undefined;
  return { at: new Date(at), until: new Date(until), code, model };
}

/** The only model that the agent may use now; null for any. The function `gate_model` of the database does the same. */
export function allowedModelOf(
  { allowed_model, parked_until, parked_model }: Pick<GateColumns, "allowed_model" | "parked_until" | "parked_model">,
  now: Date,
): string | null {
  const isParked = parked_until !== null && Date.parse(parked_until) > now.getTime();
  return allowed_model ?? (isParked ? parked_model : null);
}

export type Code = keyof typeof REFUSALS;

/** The numbers that the sentences of these codes name. */
type NumbersOf<C extends Code> = [(typeof REFUSALS)[C]] extends [(numbers: infer Numbers) => Words] ? Numbers : never;

export function refusalOf<C extends Code>(code: C, numbers: NumbersOf<C>): Refusal {
  // The compiler cannot see that the numbers of a code belong to its own sentence.
  const words = REFUSALS[code] as (numbers: NumbersOf<C>) => Words;
  return { code, ...words(numbers) };
}
