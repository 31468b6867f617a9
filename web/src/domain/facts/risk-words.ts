/** The words of facts about limits. */
import type { FactType } from "@bailiwick/sdk";
import { did, type Telling, text, type Words } from "./telling.ts";

type RiskType = Extract<FactType, `policy.${string}` | `risk.${string}`>;

/** The server says who passed which limit, and what followed. */
const says = (verb: string, why: unknown): Telling => ({ actor: "A limit", parts: [verb], why: text(why) });
const LIMITS: Record<string, string> = {
  daily_spend_cap: "on the spending of a day",
  error_rate_cap: "on failed runs",
  token_rate_cap: "on tokens a minute",
  repeated_tool_calls: "on repeated tool calls",
  cost_without_progress: "on cost without progress",
  restarts_without_result: "on restarts without a result",
};
const kindOf = (type: string): string[] => [LIMITS[type] ?? []].flat();
const ACTS: Record<string, string> = {
  throttle: "throttled an agent",
  model_downgrade: "allowed an agent only a cheaper model",
  pause_agent: "paused an agent",
};
const usd = (value: number): string => `$${value.toFixed(2)}`;

export const RISK_WORDS: { readonly [T in RiskType]: Words<T> } = {
  "policy.created": did("made", ({ policy_type }) => kindOf(policy_type)),
  "policy.updated": did(
    "changed",
    ({ changed_fields }) => ["·", changed_fields.join(", ").replaceAll("_", " ")],
    ({ reason }) => reason,
  ),
  "policy.deleted": did("deleted", ({ policy_type }) => kindOf(policy_type)),
  "policy.topped_up": did(
    "topped up",
    ({ amount_usd }) => [`by ${usd(amount_usd)}`],
    ({ reason }) => reason,
  ),
  "risk.warned": ({ data }) => ({
    actor: "A limit",
    parts: [`is used to ${data.percent} % · ${usd(data.used_usd)} of ${usd(data.cap_usd)}`],
  }),
  "risk.breached": ({ data }) => says(data.shadow ? "would have acted" : "was passed", data.message),
  "risk.intervened": ({ data }) => ({ actor: "A limit", parts: [ACTS[data.action_type] ?? "acted on an agent"] }),
  "risk.failed": ({ data }) => says("could not act", data.reason),
  "risk.undone": did(
    "took back an act of",
    () => [],
    ({ reason }) => reason,
  ),
};
