/** Decides which values a field of a policy may have. Pure. */
import { invalid, Problem } from "../kernel/problem.ts";
import {
  ACTION_TYPES,
  type ActionType,
  isMilder,
  type PolicyRow,
  requireCount,
  requireInsideBoundary,
  thresholdFault,
} from "../risk/schema.ts";
import type { Tier } from "../tiers/index.ts";
import { type ChangeableField, COOLDOWN_MINUTES, type FieldValue } from "./schema.ts";

const isNumeric = (field: ChangeableField) => field !== "action_type";
export const isAction = (value: unknown): value is ActionType => ACTION_TYPES.some((action) => action === value);

/** Throws unless the value has the type of the field of the policy. `path` is its place in the input. */
export function requireFitting(
  { policy_type }: Pick<PolicyRow, "policy_type">,
  field: ChangeableField,
  value: FieldValue,
  path: string,
): void {
  if (isNumeric(field) && typeof value !== "number") throw invalid(path, `must be a number for ${field}.`);
  if (!isNumeric(field) && !isAction(value)) throw invalid(path, `must be one of ${ACTION_TYPES.join(", ")}.`);
  if (field === "cooldown_minutes" && !Number.isInteger(value)) throw invalid(path, "must be a whole number.");
  if (field === "threshold_value") requireCount({ policy_type, threshold_value: Number(value) }, path);
}

const violation = (message: string, details: Record<string, unknown>, next_step: string) =>
  new Problem("boundary_violation", message, { ...details, next_step });

/** Throws `boundary_violation` when the boundaries of the workspace forbid the value. */
export function requireInside(policy: PolicyRow, field: ChangeableField, value: FieldValue, tier: Tier): void {
  if (field === "action_type") {
    requireNotMilder(policy, value);
    return;
  }
  if (typeof value !== "number" || !Number.isFinite(value))
    throw violation(`${field} must be a number.`, {}, "Deny it.");
  if (field === "cooldown_minutes") {
    requireCooldown(value);
    return;
  }
  const { policy_type } = policy;
  const fault = thresholdFault({ policy_type, threshold_value: value });
  if (fault !== undefined) throw violation(`A threshold ${fault}`, {}, "Choose another threshold.");
  if (policy_type === "daily_spend_cap") requireInsideBoundary(value, tier);
}

function requireCooldown(minutes: number): void {
  const { min, max } = COOLDOWN_MINUTES;
  if (minutes < min)
    throw violation(
      `A cooldown of ${minutes} minutes is below minimum: ${min}.`,
      { limit: min },
      `Choose at least ${min}.`,
    );
  if (minutes > max)
    throw violation(
      `A cooldown of ${minutes} minutes is above maximum: ${max}.`,
      { limit: max },
      `Choose at most ${max}.`,
    );
}

export const makesMilder = (value: FieldValue, { action_type }: Pick<PolicyRow, "action_type">): boolean =>
  isAction(value) && isMilder(value, action_type);

function requireNotMilder(policy: PolicyRow, value: FieldValue): void {
  if (!makesMilder(value, policy)) return;
  throw violation(
    `Cannot de-escalate from ${policy.action_type} to ${value} through governance.`,
    { current_value: policy.action_type },
    "A person may choose a milder action in the policy itself, with a reason.",
  );
}
