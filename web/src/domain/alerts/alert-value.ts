/** The value of an alert and its threshold, in the unit of its rule. Pure. */
import type { AlertEvent } from "@bailiwick/sdk";
import { shortUsd } from "../../ui/money.tsx";

const VALUES: Record<AlertEvent["rule_type"], [text: (value: number) => string, about: string]> = {
  cost_per_day: [shortUsd, "today"],
  error_rate: [(value) => `${Math.round(value * 10) / 10} %`, "of the runs failed"],
  no_heartbeat: [(value) => `${Math.round(value)} min`, "without a heartbeat"],
};

/** `$41.88 today`, `above $2.00`; undefined while the value is unknown. */
export function alertFigure({ rule_type, metric_value, threshold_value }: AlertEvent) {
  const [text, about] = VALUES[rule_type];
  const limit = `above ${text(threshold_value)}`;
  return metric_value === null ? undefined : { value: text(metric_value), about, limit };
}

/** `Spend of the workspace: $41.88 today, above $2.00`. */
export function alertText(alert: AlertEvent): string {
  const figure = alertFigure(alert);
  return figure ? `${alert.rule_name}: ${figure.value} ${figure.about}, ${figure.limit}` : alert.message;
}
