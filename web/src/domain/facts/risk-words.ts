/** The words of facts about limits. */
import type { FactType } from "@bailiwick/sdk";
import { actorOf, did, limit, type Part, SUBJECT, type Telling, text, type Words } from "./telling.ts";

type RiskType = Extract<FactType, `policy.${string}` | `risk.${string}`>;

/** The server says who passed which limit, and what followed. */
const says = (verb: string, why: unknown): Telling => ({ actor: SUBJECT, parts: [verb], why: text(why) });
const LIMITS: Record<string, string> = {
  daily_spend_cap: "on the spending of a day",
  error_rate_cap: "on failed runs",
  token_rate_cap: "on tokens a minute",
  repeated_tool_calls: "on repeated tool calls",
  cost_without_progress: "on cost without progress",
  restarts_without_result: "on restarts without a result",
};
const kindOf = (type: string): string[] => [LIMITS[type] ?? []].flat();
const of = (agentId: unknown): Part[] => [
  "of",
  text(agentId) ? { kind: "agent", id: String(agentId) } : "the workspace",
];
const ACTS: Record<string, string> = {
  throttle: "throttled an agent",
  model_downgrade: "allowed an agent only a cheaper model",
  pause_agent: "paused an agent",
};
/** One changed field with its values; more by their names. */
function changesOf(id: string, fields: readonly string[], { before, after }: Values): Part[] {
  const [field, ...more] = fields;
  if (field === undefined) return [limit(id)];
  if (more.length > 0) return [limit(id), "·", fields.join(", ").replaceAll("_", " ")];
  return [limit(id, { field, from: before?.[field], to: after?.[field] })];
}
interface Values {
  before: Readonly<Record<string, unknown>> | undefined;
  after: Readonly<Record<string, unknown>> | undefined;
}

const usd = (value: number): string => `$${value.toFixed(2)}`;

export const RISK_WORDS: { readonly [T in RiskType]: Words<T> } = {
  "policy.created": did("made"),
  "policy.updated": (fact) => ({
    actor: actorOf(fact),
    parts: ["changed", ...changesOf(fact.subject.id, fact.data.changed_fields ?? [], fact.data)],
    why: text(fact.data.reason),
  }),
  // It has no name any more.
  "policy.deleted": (fact) => ({
    actor: actorOf(fact),
    parts: ["deleted a limit", ...kindOf(fact.data.policy_type), ...of(fact.data.agent_id)],
  }),
  "policy.topped_up": did(
    "topped up",
    ({ amount_usd }) => [`by ${usd(amount_usd)}`],
    ({ reason }) => reason,
  ),
  "risk.warned": ({ data }) => ({
    actor: SUBJECT,
    parts: [`is used to ${data.percent} % · ${usd(data.used_usd)} of ${usd(data.cap_usd)}`],
  }),
  "risk.breached": ({ data }) => says(data.shadow ? "would have acted" : "was passed", data.message),
  "risk.intervened": ({ data }) => ({ actor: SUBJECT, parts: [ACTS[data.action_type] ?? "acted on an agent"] }),
  "risk.failed": ({ data }) => says("could not act", data.reason),
  "risk.undone": did(
    "took back an act of",
    () => [],
    ({ reason }) => reason,
  ),
};
