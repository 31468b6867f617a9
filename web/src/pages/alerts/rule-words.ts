/** The words of alert rules. */
import type { AlertRule } from "@bailiwick/sdk";

type RuleType = AlertRule["rule_type"];

export const RULE_TYPES: readonly { value: RuleType; label: string; unit: string }[] = [
  { value: "cost_per_day", label: "Cost of the day", unit: "US dollars since midnight UTC" },
  { value: "error_rate", label: "Failed runs", unit: "percent of the runs in the window" },
  { value: "no_heartbeat", label: "No heartbeat", unit: "minutes of silence" },
];

const VALUES: Record<RuleType, (value: number) => string> = {
  cost_per_day: (value) => `$${value.toLocaleString("en-US")}`,
  error_rate: (value) => `${value} %`,
  no_heartbeat: (value) => `${value} min`,
};

/** `Above $2 a day; warns above $1`. */
export function thresholdText(rule: AlertRule): string {
  const value = VALUES[rule.rule_type];
  const warns = rule.warning_threshold === null ? "" : `; warns at ${value(rule.warning_threshold)}`;
  switch (rule.rule_type) {
    case "cost_per_day":
      return `Cost of a day above ${value(rule.threshold)}${warns}`;
    case "error_rate":
      return `More than ${value(rule.threshold)} of the runs of ${rule.window_minutes} min fail${warns}`;
    case "no_heartbeat":
      return `No heartbeat for ${value(rule.threshold)}${warns}`;
    default:
      return rule.rule_type satisfies never;
  }
}
