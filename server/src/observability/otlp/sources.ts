/**
 * One table of what agents send: which record is a call of a model, and how its tokens count. The first source that
 * takes a record reads it; records that no source takes are dropped before they are stored.
 */
import { nanosFromUsd } from "../../kernel/money.ts";
import { USD_MAX } from "../../kernel/schema.ts";
import type { Reported } from "../prices/costing.ts";
import type { Usage } from "../prices/usage-rules.ts";
import { count, first, number, string } from "./attributes.ts";
import { keyOf, keyOfAnswer, keyOfCodexCall } from "./call-keys.ts";
import type { Attributes, TelemetryRecord } from "./records.ts";
import { argumentsHash, levelOf } from "./spans.ts";

/** A record as an event of ours, before its agent, task and cost are known. */
export interface Draft {
  /** The name of the source in the table. */
  source: string;
  event_type: "llm_call" | "action_finished" | "tool_call";
  status: "success" | "error";
  provider: string | undefined;
  model: string | undefined;
  usage: Usage;
  reported: Reported;
  latency_ms: number | undefined;
  payload: Record<string, string | number | boolean>;
  /** Equal for a repeated export, and for the same call on another signal. */
  dedupe_key: string;
  /** The key of the same call when it went through the model gateway. */
  gateway_key?: string | undefined;
  occurred_at: Date | undefined;
}

interface Source {
  name: string;
  takes(record: TelemetryRecord): boolean;
  read(record: TelemetryRecord): Omit<Draft, "source" | "occurred_at"> | undefined;
}

/** Returns the event, or undefined for a record that nobody reads. */
export function draftOf(record: TelemetryRecord): Draft | undefined {
  const source = SOURCES.find((one) => one.takes(record));
  const read = source?.read(record);
  if (read && source) return { source: source.name, occurred_at: record.at, ...read };
  return record.signal === "traces" ? levelDraft(record) : undefined;
}

/** A span of an agent or a tool is kept for the tree of its run. Its usage is the sum of its calls, and is left out. */
function levelDraft(record: TelemetryRecord): Draft | undefined {
  const level = levelOf(record);
  if (!level || record.span_id === "") return undefined;
  const arguments_hash = level.event_type === "tool_call" ? argumentsHash(record) : undefined;
  return {
    ...spanCall(record),
    source: "span",
    event_type: level.event_type,
    provider: undefined,
    model: undefined,
    usage: {},
    payload: { name: level.name, ...(arguments_hash !== undefined && { arguments_hash }) },
    occurred_at: record.at,
  };
}

const call = { event_type: "llm_call", status: "success", payload: {}, reported: {} } as const;

/** `input_tokens` of Anthropic leaves out what the cache read and wrote. */
const claudeCodeCall: Source = {
  name: "Claude Code: api_request",
  takes: ({ signal, name, scope }) => signal === "logs" && isClaudeCode(scope) && name === "api_request",
  read({ attributes: a }) {
    const cached = count(a, "cache_read_tokens");
    const written = count(a, "cache_creation_tokens");
    const micros = number(a, "cost_usd_micros");
    const usd = number(a, "cost_usd") ?? (micros === undefined ? undefined : micros / 1_000_000);
    const list = nanos(usd);
    return {
      ...call,
      provider: "anthropic",
      model: string(a, "model"),
      usage: {
        tokens_in: count(a, "input_tokens") + cached + written,
        tokens_out: count(a, "output_tokens"),
        tokens_cached: cached,
        tokens_cache_write: written,
        tokens_cache_write_1h: count(a, "cache_creation_1h_tokens"),
      },
      reported: list === undefined ? {} : { list },
      latency_ms: number(a, "duration_ms"),
      payload: payloadOf(a, ["session.id", "prompt.id", "query_source", "speed"]),
      dedupe_key: keyOf("claude-code", a, ["session.id", "request_id"], ["session.id", "event.sequence"]),
    };
  },
};

/** The same call as in the logs: both names of its tokens stand on one span, and `gen_ai.usage.input_tokens` is whole. */
const claudeCodeSpan: Source = {
  name: "Claude Code: llm_request",
  takes: ({ signal, name }) => signal === "traces" && name === "claude_code.llm_request",
  read: (record) => ({
    ...genAiCall(record),
    provider: "anthropic",
    dedupe_key: keyOf("claude-code", record.attributes, ["session.id", "request_id"], ["session.id", "event.sequence"]),
  }),
};

/** Two records of one call have this kind; only the one with counts is a call. */
const codexCall: Source = {
  name: "Codex: response.completed",
  takes: ({ signal, name, attributes: a }) =>
    signal === "logs" && name === "codex.sse_event" && string(a, "event.kind") === "response.completed",
  read({ attributes: a }) {
    if (number(a, "input_token_count") === undefined) return undefined;
    return {
      ...call,
      provider: "openai",
      model: string(a, "model"),
      usage: {
        tokens_in: count(a, "input_token_count"),
        tokens_out: count(a, "output_token_count"),
        tokens_cached: count(a, "cached_token_count"),
        tokens_cache_write: count(a, "cache_write_token_count"),
        tokens_reasoning: count(a, "reasoning_token_count"),
      },
      latency_ms: undefined,
      payload: payloadOf(a, ["conversation.id"]),
      gateway_key: keyOfCodexCall(a),
      dedupe_key: keyOf("codex", a, [
        "conversation.id",
        "event.timestamp",
        "input_token_count",
        "output_token_count",
        "cached_token_count",
      ]),
    };
  },
};

/** The reasoning of Gemini stands outside its output. */
const geminiCall: Source = {
  name: "Gemini CLI: api_response",
  takes: ({ signal, name }) => signal === "logs" && name === "gemini_cli.api_response",
  read({ attributes: a, trace_id, span_id }) {
    const thoughts = count(a, "thoughts_token_count");
    return {
      ...call,
      provider: "google",
      model: string(a, "model"),
      usage: {
        tokens_in: count(a, "input_token_count") + count(a, "tool_token_count"),
        tokens_out: count(a, "output_token_count") + thoughts,
        tokens_cached: count(a, "cached_content_token_count"),
        tokens_reasoning: thoughts,
      },
      latency_ms: number(a, "duration_ms"),
      payload: payloadOf(a, ["session.id", "prompt_id"]),
      dedupe_key:
        span_id === ""
          ? keyOf("gemini-cli", a, ["session.id", "prompt_id", "event.timestamp"])
          : `span ${trace_id} ${span_id}`,
    };
  },
};

/** Spans of an agent whose calls count from its logs: they repeat the same tokens. */
const countedElsewhere: Source = {
  name: "counted from the logs",
  takes: ({ signal, name, scope, resource }) =>
    signal === "traces" &&
    (name.startsWith("claude_code.") ||
      isClaudeCode(scope) ||
      /^(codex|gemini-cli)/.test(string(resource, "service.name") ?? "")),
  read: () => undefined,
};

/** Only the inner spans of the Vercel AI SDK: `ai.generateText` and its kind repeat the sum of their calls. */
const vercelCall: Source = {
  name: "Vercel AI SDK",
  takes: ({ signal, name }) => signal === "traces" && /^ai\./.test(name),
  read(record) {
    const { attributes: a, name } = record;
    if (!/\.(doGenerate|doStream|doEmbed)$/.test(name)) return undefined;
    const cached = first(a, "ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens");
    return {
      ...spanCall(record),
      provider: string(a, "gen_ai.system") ?? string(a, "ai.model.provider")?.split(".")[0],
      model: string(a, "ai.response.model") ?? string(a, "ai.model.id"),
      gateway_key: keyOfAnswer(a, "ai.response.id", "gen_ai.response.id"),
      usage: {
        tokens_in: first(a, "ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"),
        tokens_out: first(a, "ai.usage.outputTokens", "ai.usage.completionTokens"),
        tokens_cached: cached,
        tokens_cache_write: first(a, "ai.usage.inputTokenDetails.cacheWriteTokens"),
        tokens_reasoning: first(a, "ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"),
      },
    };
  },
};

const openInferenceCall: Source = {
  name: "OpenInference",
  takes: ({ signal, attributes: a }) => signal === "traces" && string(a, "openinference.span.kind") !== undefined,
  read(record) {
    const { attributes: a } = record;
    if (string(a, "openinference.span.kind") !== "LLM") return undefined;
    return {
      ...spanCall(record),
      provider: string(a, "llm.provider") ?? string(a, "llm.system"),
      model: string(a, "llm.model_name"),
      usage: {
        tokens_in: count(a, "llm.token_count.prompt"),
        tokens_out: count(a, "llm.token_count.completion"),
        tokens_cached: count(a, "llm.token_count.prompt_details.cache_read"),
        tokens_cache_write: count(a, "llm.token_count.prompt_details.cache_write"),
        tokens_reasoning: count(a, "llm.token_count.completion_details.reasoning"),
      },
    };
  },
};

/** The operations of the GenAI conventions that call a model. An `invoke_agent` span repeats the sum of its calls. */
const CALLS = ["chat", "text_completion", "generate_content", "embeddings"];

/** The GenAI conventions, with their old names and those of OpenLLMetry. */
const conventionCall: Source = {
  name: "GenAI conventions",
  takes: ({ signal, attributes: a }) =>
    signal === "traces" && (string(a, "gen_ai.provider.name") ?? string(a, "gen_ai.system")) !== undefined,
  read(record) {
    const operation =
      string(record.attributes, "gen_ai.operation.name") ?? string(record.attributes, "llm.request.type");
    if (operation !== undefined && !CALLS.includes(operation) && operation !== "completion") return undefined;
    const read = genAiCall(record);
    return (read.usage.tokens_in ?? 0) + (read.usage.tokens_out ?? 0) > 0 ? read : undefined;
  },
};

const SOURCES: readonly Source[] = [
  claudeCodeCall,
  claudeCodeSpan,
  codexCall,
  geminiCall,
  countedElsewhere,
  vercelCall,
  openInferenceCall,
  conventionCall,
];

function isClaudeCode(scope: string): boolean {
  return scope.startsWith("com.anthropic.claude_code");
}

function genAiCall(record: TelemetryRecord) {
  const { attributes: a } = record;
  return {
    ...spanCall(record),
    provider: string(a, "gen_ai.provider.name") ?? string(a, "gen_ai.system"),
    model: string(a, "gen_ai.response.model") ?? string(a, "gen_ai.request.model"),
    gateway_key: keyOfAnswer(a, "gen_ai.response.id"),
    usage: {
      tokens_in: first(a, "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"),
      tokens_out: first(a, "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"),
      tokens_cached: first(a, "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_read_input_tokens"),
      tokens_cache_write: first(
        a,
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_creation_input_tokens",
      ),
      tokens_reasoning: first(a, "gen_ai.usage.reasoning.output_tokens", "gen_ai.usage.reasoning_tokens"),
    },
  };
}

function spanCall({ trace_id, span_id, duration_ms, is_error }: TelemetryRecord) {
  return {
    ...call,
    status: is_error ? ("error" as const) : ("success" as const),
    latency_ms: duration_ms,
    dedupe_key: `span ${trace_id} ${span_id}`,
  };
}

/** An amount that no event may have is left out, and the cost follows from the list price. */
function nanos(usd: number | undefined): bigint | undefined {
  return usd !== undefined && usd >= 0 && usd <= USD_MAX ? nanosFromUsd(usd) : undefined;
}

function payloadOf(attributes: Attributes, names: readonly string[]): Draft["payload"] {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = attributes[name];
      return value === undefined || typeof value === "object" ? [] : [[name, value]];
    }),
  );
}
