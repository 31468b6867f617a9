/** The words of limits. */
import type { Headroom, RiskPolicy } from "@bailiwick/sdk";
import { shortUsd } from "../../ui/money.tsx";

type PolicyType = RiskPolicy["policy_type"];
type ActionType = RiskPolicy["action_type"];

export const POLICY_TYPES: readonly { value: PolicyType; label: string; unit: string }[] = [
  {
    value: "daily_spend_cap",
    label: "Daily cap",
    unit: "US dollars since midnight UTC, counted when an event arrives",
  },
  { value: "error_rate_cap", label: "Failed runs", unit: "percent of the runs in the window" },
  { value: "token_rate_cap", label: "Tokens a minute", unit: "tokens a minute over the window, without cached ones" },
  {
    value: "repeated_tool_calls",
    label: "Repeated tool calls",
    unit: "calls of one tool with the same arguments, on one task or run in the window",
  },
  {
    value: "cost_without_progress",
    label: "Cost without progress",
    unit: "US dollars of an attempt since its last progress",
  },
  {
    value: "restarts_without_result",
    label: "Restarts without a result",
    unit: "attempts of one task in a row that went back into the queue",
  },
];

/** The mildest first. */
export const ACTION_TYPES: readonly { value: ActionType; label: string }[] = [
  { value: "alert_only", label: "Alert people, stop nothing" },
  { value: "throttle", label: "Throttle the agent that passes it" },
  { value: "model_downgrade", label: "Allow that agent a cheaper model only" },
  { value: "pause_agent", label: "Pause the agent that passes it" },
];

const ACTS: Record<ActionType, { does: string; did: string; would: string }> = {
  alert_only: { does: "Alerts people, stops nothing", did: "Alerted people", would: "Only an alert" },
  throttle: { does: "Throttles the agent", did: "Throttled", would: "Would have throttled it" },
  model_downgrade: {
    does: "Allows a cheaper model only",
    did: "Cheaper model only",
    would: "Would have allowed a cheaper model only",
  },
  pause_agent: { does: "Pauses the agent", did: "Paused", would: "Would have paused it" },
};

export const actText = ({ action_type }: Pick<RiskPolicy, "action_type">): string => ACTS[action_type].does;
export const wouldText = ({ action_type }: Pick<RiskPolicy, "action_type">): string => ACTS[action_type].would;
export const actedText = ({ action_type }: Pick<RiskPolicy, "action_type">): string => ACTS[action_type].did;

const VALUES: Record<PolicyType, { number: (value: number) => string; unit: string }> = {
  daily_spend_cap: { number: shortUsd, unit: "" },
  error_rate_cap: { number: (value) => `${Math.round(value * 10) / 10}`, unit: " %" },
  token_rate_cap: { number: (value) => Math.round(value).toLocaleString("en-US"), unit: " tokens/min" },
  repeated_tool_calls: { number: String, unit: " calls" },
  cost_without_progress: { number: shortUsd, unit: "" },
  restarts_without_result: { number: String, unit: " attempts" },
};

const numberText = (type: PolicyType, value: number): string => VALUES[type].number(value);
export const typeLabel = (type: PolicyType): string => POLICY_TYPES.find(({ value }) => value === type)?.label ?? type;
export const valueText = (type: PolicyType, value: number): string => `${numberText(type, value)}${VALUES[type].unit}`;

/** Returns true when one action is milder than the other. A policy whose action becomes milder needs a reason. */
export function isMilder(one: ActionType, other: ActionType): boolean {
  const severity = (action: ActionType) => ACTION_TYPES.findIndex(({ value }) => value === action);
  return severity(one) < severity(other);
}

/** "$1.20 used + $0.30 reserved of $5.00". */
export function usedText({ policy_type, used, reserved, cap, top_up }: Headroom): string {
  const held = reserved > 0 ? ` + ${numberText(policy_type, reserved)} reserved` : "";
  const more = top_up > 0 ? ` + ${valueText(policy_type, top_up)} topped up` : "";
  return `${numberText(policy_type, used)}${held} of ${valueText(policy_type, cap)}${more}`;
}
