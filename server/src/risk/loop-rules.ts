/** Decides about loops: what counts, and which loop breakers fire. Pure. */

import type { CountedCall, Fired, Loop } from "./loop-schema.ts";
import { BREAKER_TYPES, type BreakerType, type PolicyRow } from "./schema.ts";

/** The longest window of repeated calls. Each minute of it may be kept for each call. */
export const CALL_MINUTES_MAX = 60;
/** The different calls of one agent on one task or run that are counted at once. A longer circle of calls is not seen. */
const CALLS_MAX = 16;
const MINUTE_MS = 60_000;

export const isBreaker = (type: PolicyRow["policy_type"]): type is BreakerType =>
  (BREAKER_TYPES as readonly string[]).includes(type);

/** The loop breakers of a workspace without its own. They only record. */
export const DEFAULT_BREAKERS = [
  { policy_type: "repeated_tool_calls", threshold_value: 10, measure: "billed", window_minutes: 15 },
  { policy_type: "cost_without_progress", threshold_value: 5, measure: "list", window_minutes: 60 },
  { policy_type: "restarts_without_result", threshold_value: 3, measure: "billed", window_minutes: 60 },
].map(
  (one) => ({ ...one, mode: "shadow", action_type: "pause_agent", cooldown_minutes: 360 }) as DefaultBreaker,
) satisfies readonly DefaultBreaker[];
type DefaultBreaker = { policy_type: BreakerType } & Pick<
  PolicyRow,
  "threshold_value" | "measure" | "window_minutes" | "mode" | "action_type" | "cooldown_minutes"
>;

/** Returns the defaults that stand: a policy for all agents, also a disabled one, takes the place of the one of its type. */
export function standingDefaults(policies: readonly PolicyRow[]): DefaultBreaker[] {
  const own = new Set(policies.flatMap(({ agent_id, policy_type }) => (agent_id === null ? [policy_type] : [])));
  return DEFAULT_BREAKERS.filter(({ policy_type }) => !own.has(policy_type));
}

/** Counts a call, which is then the last one. Of too many different calls, the one that was not made for the longest time is forgotten. */
export function countCall(calls: readonly CountedCall[], { key, tool }: { key: string; tool: string }, now: Date) {
  const minute = minuteOf(now);
  const kept = calls.flatMap((call): CountedCall[] => {
    const minutes = call.minutes.filter(([at]) => at > minute - CALL_MINUTES_MAX);
    return minutes.length > 0 && call.key !== key ? [{ ...call, minutes }] : [];
  });
  const before = calls.find((call) => call.key === key)?.minutes.filter(([at]) => at > minute - CALL_MINUTES_MAX) ?? [];
  const last = before.at(-1);
  // A transaction that began before another one may come after it.
  const minutes =
    last && last[0] >= minute
      ? [...before.slice(0, -1), [last[0], last[1] + 1] as const]
      : [...before, [minute, 1] as const];
  return [...kept.slice(-(CALLS_MAX - 1)), { key, tool, minutes }];
}

const minuteOf = (now: Date) => Math.floor(now.getTime() / MINUTE_MS);

/** The attempt that runs, as the task says. */
export interface Attempt {
  fence: number;
  progressed_at: string | null;
}

export interface Cost {
  billed: bigint;
  list: bigint;
}

/** Adds a cost to the attempt that runs. Another attempt and new progress begin at zero. */
export function addCost(loop: Loop, { fence, progressed_at }: Attempt, { billed, list }: Cost): Loop {
  const isSame = loop.fence === fence && timeOf(loop.progressed_at) === timeOf(progressed_at);
  const spent = (nanos: string, more: bigint) => String((isSame ? BigInt(nanos) : 0n) + more);
  return {
    ...loop,
    fence,
    progressed_at,
    spent_nanos: spent(loop.spent_nanos, billed),
    spent_list_nanos: spent(loop.spent_list_nanos, list),
  };
}

const timeOf = (at: string | null) => (at === null ? 0 : Date.parse(at));

/** Returns the most frequent of the calls in the window of the policy. */
export function mostRepeated(
  calls: readonly CountedCall[],
  { window_minutes }: Pick<PolicyRow, "window_minutes">,
  now: Date,
): { tool: string; value: number } | undefined {
  const since = minuteOf(now) - window_minutes;
  let most: { tool: string; value: number } | undefined;
  for (const { tool, minutes } of calls) {
    const value = minutes.reduce((sum, [minute, count]) => sum + (minute > since ? count : 0), 0);
    if (!most || value > most.value) most = { tool, value };
  }
  return most;
}

/** A policy fires once in its cooldown for each loop. With other settings it may fire at once. */
export function firesOn(policy: PolicyRow, fired: Fired, value: number, now: Date): boolean {
  if (value <= policy.threshold_value) return false;
  const last = fired[scopeOf(policy)];
  if (last?.of !== settingsOf(policy)) return true;
  return Date.parse(last.at) + policy.cooldown_minutes * MINUTE_MS <= now.getTime();
}

export function markFired(fired: Fired, policies: readonly PolicyRow[], now: Date): Fired {
  const at = now.toISOString();
  return {
    ...fired,
    ...Object.fromEntries(policies.map((policy) => [scopeOf(policy), { at, of: settingsOf(policy) }])),
  };
}

/** A default has no id before it first fires. */
const scopeOf = ({ policy_type, agent_id, mode }: PolicyRow) => `${policy_type} ${agent_id ?? ""} ${mode}`;
const settingsOf = (policy: PolicyRow) =>
  [policy.threshold_value, policy.action_type, policy.measure, policy.window_minutes].join(" ");
