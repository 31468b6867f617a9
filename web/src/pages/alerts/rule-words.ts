/** The words of alert rules. */
import type { AlertRule } from "@bailiwick/sdk";

type RuleType = AlertRule["rule_type"];

export const RULE_TYPES: readonly { value: RuleType; label: string; unit: string }[] = [
  { value: "cost_per_day", label: "Cost of the day", unit: "US dollars since midnight UTC" },
  { value: "error_rate", label: "Failed runs", unit: "percent of the runs in the window" },
  { value: "no_heartbeat", label: "No heartbeat", unit: "minutes of silence" },
];

const SHOWN: Record<RuleType, (value: number) => string> = {
  cost_per_day: (value) => `$${value.toLocaleString("en-US")} a day`,
  error_rate: (value) => `${value} % failed`,
  no_heartbeat: (value) => `${value} min silent`,
};

export function thresholdText({ rule_type, threshold, warning_threshold }: AlertRule): string {
  const text = SHOWN[rule_type](threshold);
  return warning_threshold === null
    ? `above ${text}`
    : `above ${text}, warns above ${SHOWN[rule_type](warning_threshold)}`;
}
