/** Decides about policies: their limits, what a change begins, which cap follows, and the values of rates. Pure. */
import type { Cap } from "../caps/index.ts";
import type { GateColumns } from "../gate/index.ts";
import { nanosFromUsd, usdFromNanos, usdText } from "../kernel/money.ts";
import { invalid } from "../kernel/problem.ts";
import type { WindowSums } from "../observability/index.ts";
import type { Tier } from "../tiers/index.ts";
import { CALL_MINUTES_MAX } from "./loop-rules.ts";
import {
  type ActionType,
  type CapSuggestion,
  type Headroom,
  type PolicyRow,
  type RiskEvent,
  requireInsideBoundary,
  thresholdFault,
} from "./schema.ts";

const PERCENT_MAX = 100;
const MINUTE_MS = 60_000;

type Limits = Pick<PolicyRow, "policy_type" | "threshold_value" | "window_minutes">;

/** Throws when the threshold is impossible, or above what the tier of the workspace allows. */
export function requireThreshold(limits: Limits, tier: Tier): void {
  const { policy_type, threshold_value, window_minutes } = limits;
  const fault = thresholdFault(limits);
  if (fault !== undefined) throw invalid("/threshold_value", fault);
  if (policy_type === "daily_spend_cap") requireInsideBoundary(threshold_value, tier);
  if (policy_type === "repeated_tool_calls" && window_minutes > CALL_MINUTES_MAX)
    throw invalid("/window_minutes", `must be at most ${CALL_MINUTES_MAX} for repeated tool calls.`);
}

/** The first cap of a workspace whose spending is unknown, in US dollars. */
const FIRST_CAP_USD = 10;
const STEPS = [1, 2, 5, 10] as const;

/** Suggests twice the highest day, rounded up to 1, 2 or 5 and zeros. */
export function suggestCap(highestDay: bigint, { limits }: Tier): CapSuggestion {
  const highest_day_usd = usdOf(highestDay);
  const wanted = highest_day_usd * 2;
  const ten = 10 ** Math.floor(Math.log10(Math.max(wanted, 1)));
  const rounded = ten * (STEPS.find((step) => step * ten >= wanted) ?? 10);
  const most = limits.max_daily_spend_cap_usd;
  return { threshold_value: Math.min(most, wanted === 0 ? FIRST_CAP_USD : rounded), highest_day_usd };
}

/** The changes after which a policy counts as new: it may fire at once. */
export function beginsGeneration(before: PolicyRow, after: PolicyRow): boolean {
  return (
    before.threshold_value !== after.threshold_value ||
    before.action_type !== after.action_type ||
    before.mode !== after.mode ||
    before.measure !== after.measure
  );
}

export type CapSettings = Pick<
  Cap,
  "id" | "agent_id" | "is_binding" | "is_shadow" | "is_list" | "blocks_unpriced" | "cap_nanos"
>;

/** Returns the settings of the cap of a policy; undefined when it has none. */
export function capSettings(policy: PolicyRow): CapSettings | undefined {
  if (policy.policy_type !== "daily_spend_cap" || !policy.is_enabled) return undefined;
  const refuses = policy.action_type !== "alert_only";
  return {
    id: policy.id,
    agent_id: policy.agent_id,
    is_binding: policy.mode === "enforce" && refuses,
    is_shadow: policy.mode === "shadow" && refuses,
    is_list: policy.measure === "list",
    blocks_unpriced: policy.block_unpriced,
    cap_nanos: String(nanosFromUsd(policy.threshold_value)),
  };
}

/** A rate of a window, which time alone may change. */
export const isRate = ({ policy_type }: Pick<PolicyRow, "policy_type">): boolean =>
  policy_type === "error_rate_cap" || policy_type === "token_rate_cap";

/** Returns the value of a rate: percent of runs, or tokens a minute. Null when no run ended. */
export function rateOf(
  { policy_type, window_minutes }: Pick<PolicyRow, "policy_type" | "window_minutes">,
  { runs, runs_failed, tokens }: WindowSums,
): number | null {
  if (policy_type === "token_rate_cap") return Number(tokens) / window_minutes;
  return runs === 0n ? null : (Number(runs_failed) * PERCENT_MAX) / Number(runs);
}

/** A rate fires when it is above the threshold and its cooldown is over. */
export function firesAt(policy: PolicyRow, value: number | null, now: Date): boolean {
  if (value === null || value <= policy.threshold_value) return false;
  const coolsUntil = policy.fired_at === null ? 0 : Date.parse(policy.fired_at) + policy.cooldown_minutes * MINUTE_MS;
  return coolsUntil <= now.getTime();
}

type HeldGate = Pick<GateColumns, "paused_by" | "throttle_per_minute" | "allowed_model">;

/** The agent is still as the act left it: nobody changed it since. */
export function isAsLeft(
  action: ActionType,
  gate: HeldGate,
  { event_id, after }: { event_id: string; after: Readonly<Record<string, unknown>> },
): boolean {
  switch (action) {
    case "alert_only":
      return false;
    case "pause_agent":
      return gate.paused_by === event_id;
    case "throttle":
      return gate.throttle_per_minute === after.throttle_per_minute;
    case "model_downgrade":
      return gate.allowed_model === after.allowed_model;
  }
}

/** The event changed an agent, and nobody undid it. */
export const isOpenAct = ({ status, action_type, undone_at, agent_id }: RiskEvent): boolean =>
  status === "executed" && action_type !== "alert_only" && undone_at === null && agent_id !== null;

/** A value close below the limit would pass it again at once. */
const QUIET_SHARE = 0.8;

/** A limit is quiet when its cooldown is over since it last fired, and its value is well below it. One that is gone is, too. */
export function isQuiet(
  policy: PolicyRow | undefined,
  room: Pick<Headroom, "used" | "cap" | "top_up"> | undefined,
  now: Date,
): boolean {
  if (!policy) return true;
  const quietFrom = policy.fired_at === null ? 0 : Date.parse(policy.fired_at) + policy.cooldown_minutes * MINUTE_MS;
  if (quietFrom > now.getTime()) return false;
  // A loop breaker has no room.
  return !room || room.used <= (room.cap + room.top_up) * QUIET_SHARE;
}

/** The numbers of a decision about a cap, in US dollars. */
export const capNumbers = (cap: Cap): Record<string, number> => ({
  used_usd: usdOf(cap.used_nanos),
  reserved_usd: usdOf(cap.reserved_nanos),
  cap_usd: usdOf(cap.cap_nanos),
  unpriced_events: Number(cap.unpriced_events),
});

export const rateNumbers = ({ window_minutes }: PolicyRow, sums: WindowSums): Record<string, number> => ({
  window_minutes,
  runs: Number(sums.runs),
  runs_failed: Number(sums.runs_failed),
  tokens: Number(sums.tokens),
});

const UNITS = {
  daily_spend_cap: (value: number) => `${usdText(value)} today`,
  error_rate_cap: (value: number) => `${value.toFixed(1)} % of its runs failed`,
  token_rate_cap: (value: number) => `${Math.round(value)} tokens a minute`,
  repeated_tool_calls: (value: number) => `${value} equal calls of a tool`,
  cost_without_progress: (value: number) => `${usdText(value)} without progress`,
  restarts_without_result: (value: number) => `${value} attempts at a task without a result`,
} as const;

const DOES: Record<ActionType, string> = {
  alert_only: "Nothing was stopped.",
  throttle: "Its starts are throttled.",
  model_downgrade: "Its next tasks allow a cheaper model only.",
  pause_agent: "It was paused.",
};

/** The words of a breach for people. */
export function breachWords(
  policy: PolicyRow,
  { value, name, tool }: { value: number; name: string; tool?: string | undefined },
): { subject: string; message: string } {
  const says = UNITS[policy.policy_type];
  const shadow =
    policy.mode === "shadow" ? " The policy is in shadow mode: nothing was stopped." : ` ${DOES[policy.action_type]}`;
  return {
    subject: `Limit passed: ${name}`,
    message: `${name}: ${says(value)}, above ${says(policy.threshold_value)}.${tool ? ` The tool is ${tool}.` : ""}${shadow}`,
  };
}

export const usdOf = (nanos: string | bigint): number => usdFromNanos(BigInt(nanos));
