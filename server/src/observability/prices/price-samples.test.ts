/** Usages with their cost as arithmetic: tokens times US dollars per million. The prices are those that providers publish. */
import { calcPrice } from "@pydantic/genai-prices";
import { describe, expect, it } from "vitest";
import { nanosFromUsd } from "../../kernel/money.ts";
import { listPrice } from "./catalogue.ts";
import { costing } from "./costing.ts";
import { type Usage, usageFault } from "./usage-rules.ts";

/** `in` is the whole input, and `out` the whole output. The others are parts of them. */
interface Counts {
  in?: number;
  out?: number;
  read?: number;
  write?: number;
  hour?: number;
  thought?: number;
  searches?: number;
}

/** Provider, model, usage, and the cost in micro-dollars; then the time, when the price depends on it. */
type Sample = [provider: string | undefined, model: string, usage: Counts, micros: number, at?: string];

const AT = "2026-11-29T12:00:00Z";

function usageOf(counts: Counts): Usage {
  return {
    tokens_in: counts.in ?? 0,
    tokens_out: counts.out ?? 0,
    tokens_cached: counts.read ?? 0,
    tokens_cache_write: counts.write ?? 0,
    tokens_cache_write_1h: counts.hour ?? 0,
    tokens_reasoning: counts.thought ?? 0,
    web_searches: counts.searches ?? 0,
  };
}

function costOfSample(provider: string | undefined, model: string, counts: Counts, at: string) {
  const usage = usageOf(counts);
  expect(usageFault(usage)).toBeUndefined();
  return costing(usage, "metered", listPrice(model, provider, new Date(at))?.rates);
}

const A = "anthropic";
const O = "openai";
const G = "google";

const CLASSES: Sample[] = [
  [A, "claude-opus-4-5", { in: 1_000 }, 1_000 * 5],
  [A, "claude-opus-4-5", { out: 200 }, 200 * 25],
  [A, "claude-opus-4-5", { in: 1_000, out: 200 }, 1_000 * 5 + 200 * 25],
  [A, "claude-opus-4-5", { in: 1_000, read: 1_000 }, 1_000 * 0.5],
  [A, "claude-opus-4-5", { in: 1_000, read: 900 }, 100 * 5 + 900 * 0.5],
  [A, "claude-opus-4-5", { in: 1_000, write: 1_000 }, 1_000 * 6.25],
  [A, "claude-opus-4-5", { in: 1_000, write: 1_000, hour: 1_000 }, 1_000 * 10],
  [A, "claude-opus-4-5", { in: 1_000, write: 600, hour: 200 }, 400 * 5 + 400 * 6.25 + 200 * 10],
  [A, "claude-opus-4-5", { in: 9, read: 3, write: 4, hour: 1, out: 2 }, 2 * 5 + 3 * 0.5 + 3 * 6.25 + 10 + 2 * 25],
  [A, "claude-opus-4-5", { in: 1, out: 1 }, 5 + 25],
  [A, "claude-opus-5-5", { in: 5_420, read: 5_000, write: 300, out: 40 }, 120 * 4 + 5_000 * 0.2 + 300 * 5 + 40 * 20],
  [A, "claude-opus-5-5", { in: 5_420, read: 5_000, write: 300, out: 25 }, 120 * 4 + 5_000 * 0.2 + 300 * 5 + 25 * 20],
  [A, "claude-opus-4-8", { in: 5_420, read: 5_000, write: 300, out: 40 }, 120 * 5 + 5_000 * 0.5 + 300 * 6.25 + 40 * 25],
  [A, "claude-haiku-4-5", { in: 10_000, write: 2_000, hour: 2_000, out: 300 }, 8_000 + 2_000 * 2 + 300 * 5],
  [A, "claude-sonnet-5", { in: 50_000, read: 45_000, out: 700 }, 5_000 * 2 + 45_000 * 0.2 + 700 * 10],
  [A, "claude-sonnet-4-0", { in: 50_000, write: 20_000, out: 700 }, 30_000 * 3 + 20_000 * 3.75 + 700 * 15],
  [A, "claude-opus-4-5", { in: 1_000, out: 10, searches: 3 }, 1_000 * 5 + 10 * 25 + (3 * 10 * 1e6) / 1_000],
  [O, "gpt-4o", { in: 1_000, out: 100 }, 1_000 * 2.5 + 100 * 10],
  [O, "gpt-4o", { in: 1_000, read: 600, out: 100 }, 400 * 2.5 + 600 * 1.25 + 100 * 10],
  [O, "gpt-4o-mini", { in: 1_001, out: 3 }, 1_001 * 0.15 + 3 * 0.6],
  [O, "gpt-5-mini", { in: 2_000, read: 1_500, out: 90 }, 500 * 0.25 + 1_500 * 0.025 + 90 * 2],
  [O, "gpt-5-nano", { in: 3, read: 1 }, 2 * 0.05 + 0.005],
  [O, "gpt-4.1-nano", { in: 77, read: 11, out: 5 }, 66 * 0.1 + 11 * 0.025 + 5 * 0.4],
  [O, "gpt-5.2-pro", { in: 1_000, out: 50 }, 1_000 * 21 + 50 * 168],
  [O, "o1-pro", { in: 100, out: 10 }, 100 * 150 + 10 * 600],
  [O, "gpt-4o", { in: 100, searches: 2 }, 100 * 2.5 + (2 * 10 * 1e6) / 1_000],
  [G, "gemini-2.5-flash", { in: 1_000, read: 250, out: 40 }, 750 * 0.3 + 250 * 0.03 + 40 * 2.5],
  [G, "gemini-2.0-flash", { in: 1_000, read: 1_000, out: 1 }, 1_000 * 0.025 + 0.4],
  [G, "gemini-3.5-flash", { in: 12, out: 8 }, 12 * 1.5 + 8 * 9],
  ["groq", "llama-3.1-8b-instant", { in: 1_000, out: 1_000 }, 1_000 * 0.05 + 1_000 * 0.08],
  ["groq", "llama-3.3-70b-versatile", { in: 7, out: 9 }, 7 * 0.59 + 9 * 0.79],
  ["cohere", "command-a", { in: 800, out: 30 }, 800 * 2.5 + 30 * 10],
  ["cohere", "command-r7b", { in: 2, out: 1 }, 2 * 0.0375 + 0.15],
  ["mistral", "mistral-large-2512", { in: 500, read: 100, out: 20 }, 400 * 0.5 + 100 * 0.05 + 20 * 1.5],
  ["x-ai", "grok-code-fast-1", { in: 1_000, read: 900, out: 60 }, 100 * 0.2 + 900 * 0.02 + 60 * 1.5],
  ["deepseek", "deepseek-v3.2", { in: 10_000, out: 1_000 }, 10_000 * 0.2288 + 1_000 * 0.3432],
];

/** A class without a price of its own is charged as the class around it. */
const INHERITED: Sample[] = [
  [O, "gpt-4o", { in: 1_000, write: 400 }, 1_000 * 2.5],
  [O, "gpt-4o", { in: 1_000, write: 400, hour: 400, read: 100 }, 900 * 2.5 + 100 * 1.25],
  [O, "gpt-4o-2024-05-13", { in: 1_000, read: 800 }, 1_000 * 5],
  ["groq", "gemma2-9b-it", { in: 1_000, read: 500, write: 100 }, 1_000 * 0.2],
  ["aws", "anthropic.claude-opus-4-5-v1:0", { in: 100, write: 100, hour: 60 }, 100 * 6.875],
  ["aws", "anthropic.claude-opus-5-5", { in: 100, write: 100, hour: 60 }, 40 * 5.5 + 60 * 8.8],
];

const REASONING: Sample[] = [
  [O, "gpt-5.4", { in: 1_000, read: 800, out: 60, thought: 20 }, 200 * 2.5 + 800 * 0.25 + 60 * 15],
  [O, "gpt-5", { in: 45, out: 1_719, thought: 1_408 }, 45 * 1.25 + 1_719 * 10],
  [O, "o3", { in: 10, out: 500, thought: 500 }, 10 * 2 + 500 * 8],
  [O, "o4-mini", { in: 10, out: 500, thought: 0 }, 10 * 1.1 + 500 * 4.4],
  [G, "gemini-2.5-flash", { in: 10, out: 150, thought: 100 }, 10 * 0.3 + 150 * 2.5],
  [A, "claude-opus-4-5", { in: 10, out: 150, thought: 149 }, 10 * 5 + 150 * 25],
  ["x-ai", "grok-3-mini", { in: 10, out: 90, thought: 80 }, 10 * 0.3 + 90 * 0.5],
  ["perplexity", "sonar-deep-research", { in: 100, out: 50, thought: 30 }, 100 * 2 + 20 * 8 + 30 * 3],
  ["perplexity", "sonar-deep-research", { in: 100, out: 50, thought: 50 }, 100 * 2 + 50 * 3],
  ["perplexity", "sonar-deep-research", { in: 100, searches: 4 }, 100 * 2 + (4 * 5 * 1e6) / 1_000],
  ["perplexity", "sonar", { in: 100, out: 50 }, 100 + 50 + (12 * 1e6) / 1_000],
  ["perplexity", "sonar-pro", { in: 100, out: 50 }, 100 * 3 + 50 * 15 + (14 * 1e6) / 1_000],
];

/** The tier that the whole input reaches prices every class of the request. */
const TIERS: Sample[] = [
  [A, "claude-sonnet-4-5", { in: 199_999, out: 10 }, 199_999 * 3 + 10 * 15],
  [A, "claude-sonnet-4-5", { in: 200_000, out: 10 }, 200_000 * 3 + 10 * 15],
  [A, "claude-sonnet-4-5", { in: 200_001, out: 10 }, 200_001 * 6 + 10 * 22.5],
  [A, "claude-sonnet-4-5", { in: 200_000, read: 200_000 }, 200_000 * 0.3],
  [A, "claude-sonnet-4-5", { in: 200_001, read: 200_001 }, 200_001 * 0.6],
  [A, "claude-sonnet-4-5", { in: 200_001, read: 200_000, out: 1 }, 6 + 200_000 * 0.6 + 22.5],
  [A, "claude-sonnet-4-5", { in: 200_001, write: 200_001 }, 200_001 * 7.5],
  [A, "claude-sonnet-4-5", { in: 200_001, write: 200_001, hour: 200_001 }, 200_001 * 12],
  [A, "claude-sonnet-4-5", { out: 300_000 }, 300_000 * 15],
  [O, "gpt-5.4", { in: 271_998 }, 271_998 * 2.5],
  [O, "gpt-5.4", { in: 271_999, out: 3 }, 271_999 * 2.5 + 3 * 15],
  [O, "gpt-5.4", { in: 272_000, out: 3 }, 272_000 * 5 + 3 * 22.5],
  [O, "gpt-5.4", { in: 272_000, read: 271_000 }, 1_000 * 5 + 271_000 * 0.5],
  [O, "gpt-5.4", { in: 272_000, out: 100, thought: 90 }, 272_000 * 5 + 100 * 22.5],
  [O, "gpt-5.6-sol", { in: 272_000, write: 2_000 }, 270_000 * 8 + 2_000 * 10],
  [O, "gpt-5.5-pro", { in: 271_999, out: 1 }, 271_999 * 30 + 180],
  [O, "gpt-5.5-pro", { in: 272_000, out: 1 }, 272_000 * 60 + 270],
  [G, "gemini-2.5-pro", { in: 199_999, out: 10 }, 199_999 * 1.25 + 10 * 10],
  [G, "gemini-2.5-pro", { in: 200_000, out: 10 }, 200_000 * 1.25 + 10 * 10],
  [G, "gemini-2.5-pro", { in: 200_001, out: 10 }, 200_001 * 2.5 + 10 * 15],
  [G, "gemini-3-pro-preview", { in: 200_001, read: 100_000, out: 4, thought: 3 }, 100_001 * 4 + 100_000 * 0.4 + 4 * 18],
  ["x-ai", "grok-4.5", { in: 199_999, out: 10 }, 199_999 * 2 + 10 * 6],
  ["x-ai", "grok-4.5", { in: 200_000, read: 1, out: 10 }, 199_999 * 4 + 0.6 + 10 * 12],
];

const NAMES: Sample[] = [
  [A, "claude-opus-4-5-20251101", { in: 100 }, 100 * 5],
  [A, "claude-opus-4.5", { in: 100 }, 100 * 5],
  [A, "claude-4-5-opus", { in: 100 }, 100 * 5],
  [A, "claude-opus-5-5-20260901", { in: 100 }, 100 * 4],
  [A, "claude-opus-5-20260101", { in: 100 }, 100 * 5],
  [A, "claude-sonnet-4-20250514", { in: 100 }, 100 * 3],
  [A, "claude-3-5-haiku-20241022", { in: 100 }, 100 * 0.8],
  [O, "gpt-4o-2024-08-06", { in: 100 }, 100 * 2.5],
  [O, "gpt-4o-2024-05-13", { in: 100 }, 100 * 5],
  [O, "gpt-5-2025-08-07", { in: 100 }, 100 * 1.25],
  [O, "gpt-5-codex", { in: 100 }, 100 * 1.25],
  [O, "gpt-5.6", { in: 100 }, 100 * 4],
  [O, "GPT-4o", { in: 100 }, 100 * 2.5],
  ["x-ai", "grok-4-latest", { in: 100 }, 100 * 3],
  ["cohere", "command-r-plus-08-2024", { in: 100 }, 100 * 2.5],
  ["x_ai", "grok-3", { in: 100 }, 100 * 3],
  ["mistral_ai", "mistral-small-latest", { in: 100 }, 100 * 0.1],
  ["aws.bedrock", "global.anthropic.claude-opus-4-5-20251101-v1:0", { in: 100 }, 100 * 5],
  ["aws.bedrock", "us.anthropic.claude-opus-4-5-20251101-v1:0", { in: 100 }, 100 * 5.5],
  ["gcp.gemini", "gemini-2.5-pro", { in: 100 }, 100 * 1.25],
  ["gcp.vertex_ai", "gemini-2.5-pro", { in: 100 }, 100 * 1.25],
  ["Anthropic", "claude-opus-4-5", { in: 100 }, 100 * 5],
  [undefined, "claude-opus-4-5", { in: 100 }, 100 * 5],
  [undefined, "gpt-4o", { in: 100 }, 100 * 2.5],
];

/** A price begins at 00:00 UTC of its day, or holds for some hours of each day. */
const DATES: Sample[] = [
  [A, "claude-sonnet-4-6", { in: 200_001 }, 200_001 * 6, "2026-03-12T23:59:59.999Z"],
  [A, "claude-sonnet-4-6", { in: 200_001 }, 200_001 * 3, "2026-03-13T00:00:00Z"],
  [O, "o3", { in: 100, out: 10 }, 100 * 10 + 10 * 40, "2025-06-09T23:59:59Z"],
  [O, "o3", { in: 100, out: 10 }, 100 * 2 + 10 * 8, "2025-06-10T00:00:00Z"],
  [O, "gpt-5.6-luna", { in: 100, read: 40 }, 60 * 1 + 40 * 0.1, "2026-07-29T23:59:59Z"],
  [O, "gpt-5.6-luna", { in: 100, read: 40 }, 60 * 0.2 + 40 * 0.02, "2026-07-30T00:00:00Z"],
  [O, "gpt-5.6-luna", { in: 272_000 }, 272_000 * 0.4, "2026-07-30T00:00:00Z"],
  ["mistral", "mistral-medium-latest", { in: 100 }, 100 * 0.4, "2026-06-15T12:00:00Z"],
  ["mistral", "mistral-medium-latest", { in: 100 }, 100 * 1.5, "2026-06-16T12:00:00Z"],
  [G, "gemini-3.6-flash", { in: 100, out: 1 }, 100 * 0.75 + 3.75, "2026-12-31T23:59:59Z"],
  [G, "gemini-3.6-flash", { in: 100, out: 1 }, 100 * 1.5 + 7.5, "2027-01-01T00:00:00Z"],
  ["deepseek", "deepseek-v4-flash", { in: 100 }, 100 * 0.14, "2026-08-16T12:00:00Z"],
  ["deepseek", "deepseek-v4-flash", { in: 100 }, 100 * 0.22, "2026-08-17T12:00:00Z"],
  ["deepseek", "deepseek-v4-flash", { in: 100 }, 100 * 0.22, "2026-11-29T00:59:59Z"],
  ["deepseek", "deepseek-v4-flash", { in: 100 }, 100 * 0.44, "2026-11-29T01:00:00Z"],
  ["deepseek", "deepseek-v4-flash", { in: 100 }, 100 * 0.22, "2026-11-29T04:00:00Z"],
  ["deepseek", "deepseek-v4-flash", { in: 100 }, 100 * 0.44, "2026-11-29T09:59:59Z"],
  ["deepseek", "deepseek-chat", { in: 100, out: 10 }, 100 * 0.135 + 10 * 0.55, "2026-11-29T00:29:59Z"],
  ["deepseek", "deepseek-chat", { in: 100, out: 10 }, 100 * 0.27 + 10 * 1.1, "2026-11-29T00:30:00Z"],
];

const FREE: Sample[] = [
  ["google", "gemma-4-31b-it", { in: 1_000, out: 500 }, 0],
  ["github-copilot", "gpt-4o", { in: 1_000, read: 10, out: 500 }, 0],
  ["mistral", "devstral-small:free", { in: 1_000, out: 500, thought: 10 }, 0],
];

const SAMPLES = [...CLASSES, ...INHERITED, ...REASONING, ...TIERS, ...NAMES, ...DATES, ...FREE];

/** The sum of a request is rounded once, half up. */
const nanosOf = (micros: number) => nanosFromUsd(micros / 1e6);

describe("a usage", () => {
  it.each(SAMPLES)("of %s %s: %j costs %d micro-dollars", (provider, model, counts, micros, at = AT) => {
    expect(costOfSample(provider, model, counts, at)).toEqual({
      cost_nanos: nanosOf(micros),
      list_cost_nanos: nanosOf(micros),
      cost_source: "derived",
      unpriced_classes: [],
    });
  });

  it.each(SAMPLES)("of %s %s: %j costs the same in the package", (provider, model, counts, micros, at = AT) => {
    const named = { x_ai: "x-ai", mistral_ai: "mistral" }[provider ?? ""] ?? provider;
    const usage = {
      input_tokens: counts.in ?? 0,
      output_tokens: counts.out ?? 0,
      cache_read_tokens: counts.read ?? 0,
      cache_write_tokens: counts.write ?? 0,
      cache_write_1h_tokens: counts.hour ?? 0,
      output_reasoning_tokens: counts.thought ?? 0,
      web_searches: counts.searches ?? 0,
    };
    const timestamp = new Date(at);
    const price = calcPrice(usage, model, { timestamp, ...(named !== undefined && { providerId: named }) });
    expect(price?.total_price).toBeCloseTo(micros / 1e6, 9);
  });

  it.each<[string | undefined, string]>([
    [A, "claude-opus-9"],
    [A, "gpt-4o"],
    [A, "opus"],
    [A, "claude-opus-5-5-mini"],
    [O, "gpt-4o-2030-01-01"],
    [O, "o3-2030"],
    [O, "claude-opus-4-5"],
    ["my-proxy", "claude-opus-4-5"],
    ["", "no-such-model"],
    [undefined, "no-such-model"],
  ])("of %s %s has no price, and its cost is unknown", (provider, model) => {
    expect(costOfSample(provider, model, { in: 1_000, out: 10 }, AT)).toMatchObject({
      cost_nanos: null,
      list_cost_nanos: null,
      cost_source: "unpriced",
    });
  });

  it.each<[string, string, Counts, number | null, string[]]>([
    ["groq", "gemma2-9b-it", { in: 1_000, searches: 1 }, 1_000 * 0.2, ["web_searches"]],
    [G, "gemini-2.5-pro", { in: 10, out: 1, searches: 2 }, 10 * 1.25 + 10, ["web_searches"]],
    ["x-ai", "grok-voice-latest", { in: 1_000, out: 5 }, null, ["input", "output"]],
  ])("of %s %s: %j names its classes without a price", (provider, model, counts, micros, classes) => {
    expect(costOfSample(provider, model, counts, AT)).toMatchObject({
      cost_nanos: micros === null ? null : nanosOf(micros),
      cost_source: micros === null ? "unpriced" : "partial",
      unpriced_classes: classes,
    });
  });
});

it("the table has at least 100 samples", () => {
  expect(SAMPLES.length).toBeGreaterThanOrEqual(100);
});
