/** The words of requests for changes of limits, and of the grants that answer them. Pure. */
import type { ChangeableField, FieldValue, Grant, RiskPolicy } from "@bailiwick/sdk";
import { durationText } from "../../ui/duration.ts";
import { ACTION_TYPES, typeLabel, valueText } from "../limits/limit-words.ts";

type PolicyType = RiskPolicy["policy_type"];
const MINUTE_MS = 60_000;

/** A value of a field, as people read it. */
export function fieldText(type: PolicyType, field: ChangeableField, value: FieldValue): string {
  if (field === "threshold_value") return valueText(type, Number(value));
  if (field === "cooldown_minutes") return durationText(Number(value) * MINUTE_MS);
  return ACTION_TYPES.find((action) => action.value === value)?.label ?? String(value);
}

export const FIELD_LABELS: Record<ChangeableField, string> = {
  threshold_value: "Limit",
  action_type: "When it is passed",
  cooldown_minutes: "Cooldown",
};

/** One text for each field that a grant lets its agent change: "Daily cap: $5.00 to $8.00". */
export function boundsOf({ policy_type: type, allowed_changes: { fields } }: Grant): string[] {
  const { threshold_value: limit, cooldown_minutes: cooldown, action_type: action } = fields;
  const range = (name: string, field: ChangeableField, { min_value, max_value }: Range) =>
    `${name}: ${fieldText(type, field, min_value)} to ${fieldText(type, field, max_value)}`;
  const actions = action?.allowed_values.map((value) => fieldText(type, "action_type", value)).join(" or ");
  return [
    ...(limit ? [range(typeLabel(type), "threshold_value", limit)] : []),
    ...(cooldown ? [range(FIELD_LABELS.cooldown_minutes, "cooldown_minutes", cooldown)] : []),
    ...(actions === undefined ? [] : [`${FIELD_LABELS.action_type}: ${actions}`]),
  ];
}

interface Range {
  min_value: number;
  max_value: number;
}
