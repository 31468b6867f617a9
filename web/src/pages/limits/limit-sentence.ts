/** A limit as a sentence, and the place of its use. Pure. */
import { BREAKER_TYPES, type Headroom, type RiskPolicy } from "@bailiwick/sdk";
import { valueText } from "../../domain/limits/limit-words.ts";
import { type LimitLevel, limitLevel } from "../../ui/limit.ts";

type PolicyType = RiskPolicy["policy_type"];
type Sentence = (value: string, window: string) => string;
/** The parts of a limit that its sentence names. */
type Said = Pick<RiskPolicy, "policy_type" | "threshold_value" | "window_minutes">;

const SENTENCES: Readonly<Record<PolicyType, Sentence>> = {
  daily_spend_cap: (value) => `may spend ${value} a day`,
  error_rate_cap: (value, window) => `may fail ${value} of the runs of ${window}`,
  token_rate_cap: (value, window) => `may use ${value} over ${window}`,
  repeated_tool_calls: (value, window) => `may make the same tool call ${value.replace("calls", "times")} in ${window}`,
  cost_without_progress: (value) => `may spend ${value} on an attempt without progress`,
  restarts_without_result: (value) => `may start a task ${value.replace("attempts", "times")} without a result`,
};

/** It looks at one piece of work, so nothing is used up. */
export const isLoopBreaker = (type: PolicyType): boolean => BREAKER_TYPES.some((one) => one === type);

/** The limits whose window a person sets. */
const WINDOWS: Readonly<Record<PolicyType, boolean>> = {
  daily_spend_cap: false,
  error_rate_cap: true,
  token_rate_cap: true,
  repeated_tool_calls: true,
  cost_without_progress: false,
  restarts_without_result: false,
};
export const hasWindow = (type: PolicyType): boolean => WINDOWS[type];

/** `may spend $5.00 a day`, after the name of the agent. */
export function mayText({ policy_type, threshold_value, window_minutes }: Said): string {
  return SENTENCES[policy_type](valueText(policy_type, threshold_value), windowText(window_minutes));
}

/** `in the last hour`. */
export const lastText = ({ window_minutes }: RiskPolicy): string =>
  `in the last ${windowText(window_minutes).replace(/^an /, "")}`;

function windowText(minutes: number): string {
  if (minutes % 1_440 === 0) return minutes === 1_440 ? "24 hours" : `${minutes / 1_440} days`;
  if (minutes % 60 === 0) return minutes === 60 ? "an hour" : `${minutes / 60} hours`;
  return `${minutes} minutes`;
}

export function placeIn({ used, reserved, cap, top_up, unpriced_events }: Headroom) {
  return { used, reserved, cap: cap + top_up, hasUnpriced: unpriced_events > 0 };
}

const ORDER: Record<LimitLevel, number> = { full: 0, near: 1, free: 2 };

/** The fullest limit first, then those in shadow mode, then those that are off. */
export function byLevel(policies: readonly RiskPolicy[], rooms: ReadonlyMap<string, Headroom>): RiskPolicy[] {
  const place = ({ id, mode }: RiskPolicy) => {
    const room = rooms.get(id);
    if (!room) return 4;
    return mode === "shadow" ? 3 : ORDER[limitLevel(placeIn(room))];
  };
  return policies.toSorted((one, other) => place(one) - place(other));
}
