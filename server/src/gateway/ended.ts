/** Makes the event of a call from its answer. No text of a prompt or an answer is in it. */
import { answerKey, claudeCodeKey, codexKey } from "../observability/index.ts";
import { tokensOf } from "./estimate-rules.ts";
import type { Format } from "./reader.ts";
import type { BegunCall, EndedCall, Provider } from "./schema.ts";
import { countsOf, type Seen } from "./usage-rules.ts";

type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface HowEnded {
  provider: Provider;
  format: Format;
  agent_id: string;
  /** The model that was sent, and the one of the request. */
  model: string;
  asked_model: string;
  tokens_in_expected: number;
  status: number | null;
  isWhole: boolean;
  isSent: boolean;
  error: string | null;
  elapsedMs: number;
  requestHeaders: Headers;
  answerHeaders: Headers;
  seen: Seen | undefined;
}

const SERVICE_TIER_LENGTH_MAX = 50;
const KEY_REFUSED = new Set([401, 403]);
const OK = 300;

export function endedCall(begun: BegunCall, how: HowEnded): EndedCall {
  const { seen, status } = how;
  const isUsed = seen !== undefined || (how.isSent && status === null);
  const used = isUsed ? usedBy(how, seen ?? { characters: 0, isWhole: false }) : undefined;
  const isGood = status !== null && status < OK && how.isWhole;
  return {
    id: begun.id,
    agent_id: how.agent_id,
    connection_id: begun.connection_id,
    is_held: begun.is_held,
    event: used ? withEstimate(common(begun, how), used) : failure(begun, how),
    aliases: used && seen ? aliasesOf(how, seen, used.counts) : [],
    habit: isGood && used && !used.isEstimated ? { model: how.model, tokens_out: used.counts.tokens_out } : null,
    connection_error: status !== null && KEY_REFUSED.has(status) ? `The provider refuses the key (${status}).` : null,
  };
}

function common({ task_id, billing_mode, connection_id }: BegunCall, how: HowEnded) {
  const { agent_id, provider, status, format, model, asked_model, isWhole } = how;
  return {
    agent_id,
    task_id,
    provider,
    billing_mode,
    latency_ms: Math.round(how.elapsedMs),
    payload: {
      connection_id,
      format,
      http_status: status,
      request_id: firstOf(how.answerHeaders, ["request-id", "x-request-id"]) ?? null,
      ...(model !== asked_model && { asked_model, used_model: model }),
      ...(!isWhole && { is_cut_off: true }),
    },
  };
}

function usedBy(how: HowEnded, seen: Seen) {
  const { counts, isEstimated } = countsOf(seen, how.tokens_in_expected, tokensOf);
  const { service_tier, ...tokens } = counts;
  const event = {
    event_type: "llm_call",
    status: how.isWhole && seen.isWhole ? "success" : "error",
    model: seen.model ?? how.model,
    ...tokens,
    ...(service_tier !== undefined && { service_tier: service_tier.slice(0, SERVICE_TIER_LENGTH_MAX) }),
  };
  return { counts, isEstimated, event };
}

type Used = ReturnType<typeof usedBy>;

function withEstimate(shown: ReturnType<typeof common>, { event, isEstimated }: Used) {
  return { ...shown, ...event, payload: { ...shown.payload, ...(isEstimated && { is_estimated: true }) } };
}

/** It used no model, so it has no cost. */
function failure(begun: BegunCall, how: HowEnded) {
  const shown = common(begun, how);
  const error = how.error ?? `The provider answered ${how.status}.`;
  return { ...shown, event_type: "error", status: "error", model: how.model, payload: { ...shown.payload, error } };
}

function aliasesOf(how: HowEnded, seen: Seen, counts: ReturnType<typeof countsOf>["counts"]): string[] {
  const session = firstOf(how.requestHeaders, ["x-claude-code-session-id"]);
  const requestId = firstOf(how.answerHeaders, ["request-id"]);
  const threads = new Set(
    ["session-id", "session_id", "thread-id", "conversation_id"].flatMap(
      (name) => firstOf(how.requestHeaders, [name]) ?? [],
    ),
  );
  const { tokens_in, tokens_out, tokens_cached = 0 } = counts;
  return [
    ...(seen.id === undefined ? [] : [answerKey(seen.id)]),
    ...(session !== undefined && requestId !== undefined ? [claudeCodeKey(session, requestId)] : []),
    ...(how.format === "messages"
      ? []
      : [...threads].map((thread) => codexKey(thread, tokens_in, tokens_out, tokens_cached))),
  ];
}

const ID_LENGTH_MAX = 200;

function firstOf(headers: Headers, names: readonly string[]): string | undefined {
  const found = names.flatMap((name) => headers[name] ?? []).find((one) => one !== "");
  return found?.slice(0, ID_LENGTH_MAX);
}
