/** Decides about requests and rollbacks. Pure. */

import { sortedJson } from "../kernel/document-rules.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import { requireFrom, type Step } from "../kernel/steps.ts";
import type { PolicyRow } from "../risk/schema.ts";
import type { Tier } from "../tiers/index.ts";
import { makesMilder, requireInside } from "./boundary-rules.ts";
import type { ChangeableField, FieldValue, RequestedChange, RequestRow, RequestStatus, Terms } from "./schema.ts";

/** The states of a request. */
export const STEPS = {
  approve: { from: ["pending"], to: "applied" },
  delegate: { from: ["pending"], to: "approved" },
  deny: { from: ["pending"], to: "denied" },
  expire: { from: ["pending"], to: "expired" },
} as const satisfies Record<string, Step<RequestStatus>>;

const HOUR_MS = 3_600_000;
export const REQUEST_MS = 24 * HOUR_MS;
const COOLDOWN_MS = 15 * 60_000;

const waitMs = (newest: string | null, at: Date): number =>
  newest === null ? 0 : Date.parse(newest) + COOLDOWN_MS - at.getTime();

export const isCooling = (newest: string | null, at: Date): boolean => waitMs(newest, at) > 0;

/** Throws `cooldown` while another request for the policy is younger than 15 minutes. Its outcome does not matter. */
export function requireCooledDown(newest: string | null, at: Date): void {
  if (!isCooling(newest, at)) return;
  throw new Problem("cooldown", "Another request for this policy is less than 15 minutes old.", {
    retry_after_seconds: Math.ceil(waitMs(newest, at) / 1_000),
  });
}

export function isOver({ expires_at, status }: Pick<RequestRow, "expires_at" | "status">, at: Date): boolean {
  return status === "pending" && Date.parse(expires_at) <= at.getTime();
}

/** Throws when the request was decided, or nobody decided it in time. */
export function requireOpen({ id, status }: Pick<RequestRow, "id" | "status">, step: keyof typeof STEPS): void {
  const rule: Step<RequestStatus> = STEPS[step];
  requireFrom(rule, step, status, () =>
    status === "expired"
      ? expired(id)
      : new Problem("already_decided", `Request ${id} is already ${status}.`, { status }),
  );
}

export const expired = (id: string) =>
  new Problem("expired", `Request ${id} expired before anybody decided.`, {
    next_step: "Let the agent ask again, or change the limit yourself.",
  });

/** Throws unless the delegation has terms exactly when the mode needs them. */
export function requireTerms({ mode, delegation_params }: Terms): void {
  if (mode === "delegate" && delegation_params === undefined)
    throw invalid("/delegation_params/duration_minutes", "is required for mode delegate.");
  if (mode === "one_time" && delegation_params !== undefined)
    throw invalid("/delegation_params", "is only for mode delegate.");
}

export const hasTerms = ({ terms }: Pick<RequestRow, "terms">, others: Terms): boolean =>
  terms !== null && sortedJson(terms) === sortedJson(others);

/** Throws unless the terms are those of the first approval. */
export function requireSameTerms(first: Pick<RequestRow, "terms">, terms: Terms): void {
  if (hasTerms(first, terms)) return;
  throw new Problem("conflict", "Another person approved with other terms.", {
    terms: first.terms,
    next_step: "Approve with the same terms, or deny the request.",
  });
}

/** Throws when the policy changed since the request. */
export function requireSameValue({ field, current_value }: RequestedChange, policy: PolicyRow, confirm: boolean): void {
  if (confirm || policy[field] === current_value) return;
  throw new Problem("stale", `${field} was ${current_value} at the time of the request, and is ${policy[field]} now.`, {
    current_value: policy[field],
    next_step: "Send confirm: true to change it all the same.",
  });
}

export interface AppliedBefore {
  policy_id: string;
  field: ChangeableField;
  old_value: FieldValue;
  new_value: FieldValue;
}

/** Throws `stale` when a rollback would overwrite a later change, or restore what is there already. */
export function requireFresh(
  { field, old_value, new_value }: AppliedBefore,
  policy: PolicyRow,
  confirm: boolean,
): void {
  const current_value = policy[field];
  const details = { field, current_value, restored_value: old_value };
  if (current_value === old_value)
    throw new Problem("stale", `${field} is ${old_value} already, so there is nothing to restore.`, details);
  if (current_value === new_value || confirm) return;
  throw new Problem("stale", `${field} was changed later: it is ${current_value} now, and was ${new_value} then.`, {
    ...details,
    next_step: "Send confirm: true to overwrite the later change.",
  });
}

/** Throws when the boundaries forbid the restored value. People may restore a milder action with a reason. */
export function requireRestorable(
  { field, old_value }: AppliedBefore,
  policy: PolicyRow,
  tier: Tier,
  reason: string | undefined,
): void {
  if (field !== "action_type") requireInside(policy, field, old_value, tier);
  if (makesMilder(old_value, policy) && reason === undefined)
    throw invalid(
      "/reason",
      `is missing: say why the action becomes milder, ${old_value} in place of ${policy.action_type}.`,
    );
}

const CENTS = 100;
/** While people decide, running tasks go on spending. */
const SPARE_SHARE = 0.25;

/**
 * Returns the cap to ask for, inside the boundary: the needed one and a quarter of the present cap, in whole cents, from 10 dollars
 * on in whole dollars. Undefined when no higher cap holds what is needed.
 */
export function wantedCap(neededUsd: number, { threshold_value }: PolicyRow, { limits }: Tier): number | undefined {
  const most = limits.max_daily_spend_cap_usd;
  if (neededUsd > most) return undefined;
  const wanted = neededUsd + threshold_value * SPARE_SHARE;
  const steps = wanted < 10 ? CENTS : 1;
  const cap = Math.min(Math.ceil(wanted * steps) / steps, most);
  return cap > threshold_value ? cap : undefined;
}
