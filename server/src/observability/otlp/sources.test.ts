import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listPrice } from "../prices/catalogue.ts";
import { costing } from "../prices/costing.ts";
import { usageFault } from "../prices/usage-rules.ts";
import { recordsOf, type Signal } from "./records.ts";
import { type Draft, draftOf } from "./sources.ts";

const read = (file: string) => JSON.parse(readFileSync(new URL(`fixtures/${file}`, import.meta.url), "utf8"));
const draftsOf = (signal: Signal, request: unknown) => recordsOf(signal, request).flatMap((one) => draftOf(one) ?? []);
const logs = (file: string) => draftsOf("logs", read(file));
const spans = (file: string) => draftsOf("traces", read(file));

/** A span with these attributes. Numbers are integers. */
function span(name: string, attributes: Record<string, string | number>): Draft[] {
  const list = Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string" ? { stringValue: value } : { intValue: String(value) },
  }));
  const one = { name, traceId: "AB", spanId: "01", startTimeUnixNano: "1000000", endTimeUnixNano: "251000000" };
  return draftsOf("traces", {
    resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ spans: [{ ...one, attributes: list }] }] }],
  });
}

const claude = [...logs("claude-code-2-1-332-logs-0006.json"), ...logs("claude-code-2-1-332-logs-0009.json")];

describe("a capture of Claude Code", () => {
  it("is one call for each request, with the whole input", () => {
    expect(claude.map(({ usage }) => usage)).toEqual([
      { tokens_in: 5_420, tokens_out: 40, tokens_cached: 5_000, tokens_cache_write: 300, tokens_cache_write_1h: 0 },
      { tokens_in: 5_420, tokens_out: 25, tokens_cached: 5_000, tokens_cache_write: 300, tokens_cache_write_1h: 0 },
    ]);
    expect(claude[0]).toMatchObject({ provider: "anthropic", model: "claude-opus-4-8", latency_ms: 750 });
    expect(claude[0]?.occurred_at?.toISOString()).toBe("2026-11-29T03:51:10.087Z");
  });

  it("costs at list price what Claude Code reports", () => {
    for (const { usage, reported, model, occurred_at } of claude) {
      const listed = listPrice(model ?? "", "anthropic", occurred_at ?? new Date());
      expect(costing(usage, "metered", listed?.rates)).toMatchObject({
        cost_nanos: reported.list,
        cost_source: "derived",
      });
    }
  });

  it("has the same keys and tokens on its spans", () => {
    const all = spans("claude-code-2-1-332-traces-0008.json");
    const traced = all.filter(({ event_type }) => event_type === "llm_call");
    expect(all.filter((one) => !traced.includes(one)).map(({ event_type, usage }) => [event_type, usage])).toEqual([
      ["tool_call", {}],
      ["action_finished", {}],
    ]);
    expect(traced.map(({ dedupe_key }) => dedupe_key)).toEqual(claude.map(({ dedupe_key }) => dedupe_key));
    expect(traced.map(({ usage }) => [usage.tokens_in, usage.tokens_cached, usage.tokens_cache_write])).toEqual([
      [5_420, 5_000, 300],
      [5_420, 5_000, 300],
    ]);
  });
});

describe("a capture of Codex", () => {
  it("is one call for each record with counts", () => {
    const calls = logs("codex-0-171-0-logs-0006.json");
    expect(calls).toHaveLength(2);
    for (const { usage, model, provider } of calls) {
      expect({ ...usage, model, provider }).toEqual({
        tokens_in: 1_000,
        tokens_out: 60,
        tokens_cached: 800,
        tokens_cache_write: 0,
        tokens_reasoning: 20,
        model: "gpt-5.4",
        provider: "openai",
      });
    }
    expect(new Set(calls.map(({ dedupe_key }) => dedupe_key)).size).toBe(2);
  });

  it("counts nothing from its spans", () => {
    expect(spans("codex-0-171-0-traces-trimmed.json")).toEqual([]);
  });
});

describe("a span", () => {
  it.each<[string, string, Record<string, string | number>, Partial<Draft["usage"]> | undefined]>([
    [
      "of the conventions, new names",
      "chat m",
      {
        "gen_ai.provider.name": "openai",
        "gen_ai.operation.name": "chat",
        "gen_ai.usage.input_tokens": 100,
        "gen_ai.usage.output_tokens": 10,
        "gen_ai.usage.cache_read.input_tokens": 60,
        "gen_ai.usage.cache_write.input_tokens": 5,
      },
      { tokens_in: 100, tokens_out: 10, tokens_cached: 60, tokens_cache_write: 5 },
    ],
    [
      "of the conventions, old names",
      "chat m",
      {
        "gen_ai.system": "anthropic",
        "gen_ai.usage.prompt_tokens": 100,
        "gen_ai.usage.completion_tokens": 10,
        "gen_ai.usage.cache_creation.input_tokens": 5,
      },
      { tokens_in: 100, tokens_out: 10, tokens_cache_write: 5 },
    ],
    [
      "of an agent that repeats its calls",
      "invoke_agent",
      { "gen_ai.system": "openai", "gen_ai.operation.name": "invoke_agent", "gen_ai.usage.input_tokens": 5 },
      {},
    ],
    ["of the conventions without tokens", "chat", { "gen_ai.system": "openai" }, undefined],
    [
      "of the inner call of the Vercel AI SDK",
      "ai.generateText.doGenerate",
      {
        "ai.usage.inputTokens": 100,
        "ai.usage.outputTokens": 7,
        "ai.usage.inputTokenDetails.cacheReadTokens": 40,
        "ai.usage.outputTokenDetails.reasoningTokens": 3,
      },
      { tokens_in: 100, tokens_out: 7, tokens_cached: 40, tokens_reasoning: 3 },
    ],
    [
      "of the outer call of the Vercel AI SDK",
      "ai.generateText",
      { "ai.usage.inputTokens": 100, "gen_ai.system": "openai" },
      {},
    ],
    [
      "of the Vercel AI SDK, old names",
      "ai.streamText.doStream",
      { "ai.usage.promptTokens": 9, "ai.usage.completionTokens": 2 },
      { tokens_in: 9, tokens_out: 2 },
    ],
    [
      "of OpenInference",
      "ChatCompletion",
      {
        "openinference.span.kind": "LLM",
        "llm.token_count.prompt": 50,
        "llm.token_count.completion": 6,
        "llm.token_count.prompt_details.cache_read": 20,
      },
      { tokens_in: 50, tokens_out: 6, tokens_cached: 20 },
    ],
    [
      "of OpenInference that is a chain",
      "Chain",
      { "openinference.span.kind": "CHAIN", "llm.token_count.prompt": 50 },
      {},
    ],
    ["of something else", "GET /", { "http.method": "GET" }, undefined],
  ])("%s", (_kind, name, attributes, usage) => {
    const [draft] = span(name, attributes);
    if (usage === undefined) expect(draft).toBeUndefined();
    else {
      expect(draft).toMatchObject({ usage, latency_ms: 250, dedupe_key: "span ab 01" });
      expect(usageFault(draft?.usage ?? {})).toBeUndefined();
    }
  });
});

describe("a request with anything in it", () => {
  it.each([
    null,
    5,
    "x",
    {},
    { resourceLogs: [] },
    { resourceLogs: [{}] },
    { resourceLogs: [{ scopeLogs: [{ logRecords: [null, 1, {}] }] }] },
  ])("is read: %j", (request) => {
    expect(draftsOf("logs", request)).toEqual([]);
  });

  it("is refused when a list is no list", () => {
    expect(() => recordsOf("logs", { resourceLogs: {} })).toThrow("resourceLogs is not a list.");
  });

  it("keeps attributes with the names of properties apart", () => {
    const attributes = [
      { key: "__proto__", value: { stringValue: "x" } },
      { key: "event.name", value: { stringValue: "a" } },
    ];
    const [record] = recordsOf("logs", { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes }] }] }] });
    expect(record?.name).toBe("a");
    expect(Object.keys(record?.attributes ?? {})).toContain("__proto__");
  });
});
