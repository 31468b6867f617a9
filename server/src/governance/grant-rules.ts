/** Decides about grants: their envelope, and what a use takes from them. Pure. */
import { nanosFromUsd } from "../kernel/money.ts";
import { invalid, Problem } from "../kernel/problem.ts";
import type { PolicyRow } from "../risk/schema.ts";
import type { Tier } from "../tiers/index.ts";
import { isAction, requireFitting, requireInside } from "./boundary-rules.ts";
import {
  type AllowedChanges,
  type ChangeableField,
  COOLDOWN_MINUTES,
  type DelegationParams,
  type FieldValue,
  type GrantRow,
  type RequestedChange,
} from "./schema.ts";

/** Returns the envelope of a grant: that of the approver, else the values between the present and the requested one. */
export function envelopeOf(
  { field, requested_value, policy_id }: RequestedChange,
  policy: PolicyRow,
  { allowed_changes }: DelegationParams,
): AllowedChanges {
  if (allowed_changes) return allowed_changes;
  const current = policy[field];
  if (field === "action_type")
    return {
      policy_id,
      fields: { action_type: { allowed_values: [...new Set([current, requested_value])].filter(isAction) } },
    };
  const [one, other] = [Number(current), Number(requested_value)];
  const least = field === "cooldown_minutes" ? COOLDOWN_MINUTES.min : 0;
  const range = { min_value: Math.max(least, Math.min(one, other)), max_value: Math.max(one, other) };
  return { policy_id, fields: { [field]: range } };
}

/** Throws when an envelope names another policy, has empty bounds, or leaves the boundaries of the workspace. */
export function requireEnvelope(
  { policy_id, fields }: AllowedChanges,
  policy: PolicyRow,
  tier: Tier,
  { max_spend_delta }: Pick<DelegationParams, "max_spend_delta">,
): void {
  const path = "/delegation_params";
  if (policy_id !== policy.id) throw invalid(`${path}/allowed_changes/policy_id`, "must be the policy of the request.");
  for (const field of ["threshold_value", "cooldown_minutes"] as const) {
    const range = fields[field];
    if (!range) continue;
    const at = `${path}/allowed_changes/fields/${field}`;
    if (range.min_value > range.max_value) throw invalid(`${at}/min_value`, "is greater than max_value.");
    for (const end of ["min_value", "max_value"] as const) {
      requireFitting(policy, field, range[end], `${at}/${end}`);
      requireInside(policy, field, range[end], tier);
    }
  }
  for (const value of fields.action_type?.allowed_values ?? []) requireInside(policy, "action_type", value, tier);
  const isSpend = policy.policy_type === "daily_spend_cap" && fields.threshold_value !== undefined;
  if (max_spend_delta !== undefined && !isSpend)
    throw invalid(`${path}/max_spend_delta`, "is only for the threshold of a daily spend cap.");
}

/** Throws when the grant is not in force. */
export function requireUsable({ id, status, valid_from }: GrantRow, at: Date): void {
  if (status === "expired") throw grantExpired(id);
  if (status === "revoked") throw new Problem("revoked", `Grant ${id} was revoked and is no longer active.`);
  if (status === "used_up") throw new Problem("used_up", `All uses of grant ${id} are used up.`);
  if (Date.parse(valid_from) > at.getTime()) throw new Problem("conflict", `Grant ${id} is not yet valid.`);
}

export const grantExpired = (id: string) => new Problem("expired", `Grant ${id} expired.`, { next_step: "Ask again." });

export const isGrantOver = ({ status, valid_to }: Pick<GrantRow, "status" | "valid_to">, at: Date): boolean =>
  status === "active" && Date.parse(valid_to) <= at.getTime();

const outside = (message: string, details: Record<string, unknown> = {}) =>
  new Problem("envelope_violation", message, {
    ...details,
    next_step: "Stay inside the grant, or ask for another one.",
  });

/** Returns the nano-dollars that the change takes from the grant. Throws `envelope_violation` outside the envelope. */
export function debitOf(
  grant: GrantRow,
  policy: PolicyRow,
  { policy_id, field, new_value: value }: { policy_id: string; field: ChangeableField; new_value: FieldValue },
): bigint {
  const { allowed_changes: allowed } = grant;
  if (policy_id !== allowed.policy_id)
    throw outside(`The grant is for policy ${allowed.policy_id}, not policy ${policy_id}.`);
  if (allowed.fields[field] === undefined) throw outside(`${field} is not covered by this grant.`);
  if (field === "action_type") {
    const { allowed_values = [] } = allowed.fields.action_type ?? {};
    if (!allowed_values.some((one) => one === value)) throw outside(`${value} is not allowed.`, { allowed_values });
    return 0n;
  }
  const { min_value, max_value } = allowed.fields[field] ?? { min_value: 0, max_value: 0 };
  if (Number(value) > max_value) throw outside(`${value} exceeds grant maximum ${max_value}.`, { max_value });
  if (Number(value) < min_value) throw outside(`${value} is below grant minimum ${min_value}.`, { min_value });
  return field === "threshold_value" ? spendOf(grant, policy, Number(value)) : 0n;
}

function spendOf({ max_spend_delta_nanos: most, spend_delta_nanos: used }: GrantRow, policy: PolicyRow, value: number) {
  if (policy.policy_type !== "daily_spend_cap" || value <= policy.threshold_value) return 0n;
  const delta = nanosFromUsd(value) - nanosFromUsd(policy.threshold_value);
  if (most !== null && used + delta > most) throw outside("The change exceeds what is left of max_spend_delta.");
  return delta;
}
