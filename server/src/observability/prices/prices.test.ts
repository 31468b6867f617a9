import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { describe, expect, it, test } from "vitest";
import { listPrice } from "./catalogue.ts";
import { costing } from "./costing.ts";
import { costOf, type Rates } from "./rates.ts";
import { classesOf, type Usage, usageFault } from "./usage-rules.ts";

const AT = new Date("2026-11-29T12:00:00Z");
const ratesOf = (model: string, provider?: string, at = AT): Rates => {
  const listed = listPrice(model, provider, at);
  if (!listed) throw new Error(`No price for ${model}.`);
  return listed.rates;
};
const cost = (usage: Usage, rates: Rates) => costOf(classesOf(usage), rates);

describe("a usage", () => {
  it.each<[Usage, string]>([
    [{ tokens_in: 10, tokens_cached: 11 }, "tokens_cached"],
    [{ tokens_in: 10, tokens_cached: 6, tokens_cache_write: 5 }, "tokens_cache_write"],
    [{ tokens_in: 10, tokens_cache_write: 5, tokens_cache_write_1h: 6 }, "tokens_cache_write_1h"],
    [{ tokens_out: 1, tokens_reasoning: 2 }, "tokens_reasoning"],
    [{ tokens_cached: 1 }, "tokens_cached"],
  ])("that contradicts itself is named: %j", (usage, field) => {
    expect(usageFault(usage)).toContain(field);
  });

  it("of classes that fill the whole input and output is allowed", () => {
    const all = { tokens_in: 10, tokens_cached: 6, tokens_cache_write: 4, tokens_cache_write_1h: 4 };
    expect(usageFault({ ...all, tokens_out: 3, tokens_reasoning: 3 })).toBeUndefined();
    expect(usageFault({})).toBeUndefined();
  });
});

describe("the cost at list price", () => {
  it("is the arithmetic of its classes", () => {
    // 120 × $4 + 5,000 × $0.20 + 300 × $5 + 40 × $20, per million.
    const usage = { tokens_in: 5_420, tokens_cached: 5_000, tokens_cache_write: 300, tokens_out: 40 };
    const rates = ratesOf("claude-opus-5-5", "anthropic");
    expect(cost(usage, rates)).toEqual({ nanos: 3_780_000n, unpriced: [] });
    expect(cost({ ...usage, tokens_out: 25 }, rates).nanos).toBe(3_480_000n);
    // Of the 300 written tokens, 100 for an hour: 200 × $5 + 100 × $8.
    expect(cost({ ...usage, tokens_cache_write_1h: 100 }, rates).nanos).toBe(4_080_000n);
  });

  it("rounds the sum of a request once, half up", () => {
    expect(cost({ tokens_in: 1 }, { input_mtok: 0.0005 }).nanos).toBe(1n);
    expect(cost({ tokens_in: 1 }, { input_mtok: 0.000_499_999 }).nanos).toBe(0n);
    expect(cost({ tokens_in: 1, tokens_out: 1 }, { input_mtok: 0.0003, output_mtok: 0.0003 }).nanos).toBe(1n);
  });

  it("takes the tier that the whole input of the request reaches, at the boundary that the price states", () => {
    const above: Rates = {
      input_mtok: {
        base: 1,
        tiers: [
          { above: 200, price: 2 },
          { above: 500, price: 3 },
        ],
      },
    };
    expect([200, 201, 500, 501].map((tokens_in) => cost({ tokens_in }, above).nanos)).toEqual([
      200_000n,
      402_000n,
      1_000_000n,
      1_503_000n,
    ]);
    const from: Rates = { input_mtok: { base: 1, tiers: [{ from: 200, price: 2 }] } };
    expect([199, 200].map((tokens_in) => cost({ tokens_in }, from).nanos)).toEqual([199_000n, 400_000n]);
    // Cached tokens count towards the tier.
    expect(cost({ tokens_in: 201, tokens_cached: 201 }, above).nanos).toBe(402_000n);
  });

  it("names the classes without a price and leaves them out", () => {
    expect(cost({ tokens_in: 10, web_searches: 2 }, { input_mtok: 1 })).toEqual({
      nanos: 10_000n,
      unpriced: ["web_searches"],
    });
    expect(cost({ tokens_in: 10, tokens_out: 5 }, { output_mtok: 1 })).toEqual({ nanos: 5_000n, unpriced: ["input"] });
  });

  it("changes with the time of the call, and not afterwards", () => {
    expect(ratesOf("claude-sonnet-5", "anthropic", new Date("2026-08-01T00:00:00Z"))).toMatchObject({ input_mtok: 2 });
  });
});

describe("a list price", () => {
  it("is found by the names of providers in OpenTelemetry", () => {
    for (const provider of ["x_ai", "mistral_ai", "aws.bedrock", "gcp.gemini", "gcp.vertex_ai", "az.ai.openai"]) {
      expect(findProvider({ providerId: provider }) ?? provider).toBeDefined();
    }
    expect(listPrice("claude-opus-5-5", undefined, AT)?.provider).toBe("anthropic");
  });

  it("is unknown for an unknown provider or model", () => {
    expect(listPrice("claude-opus-5-5", "my-proxy", AT)).toBeUndefined();
    expect(listPrice("no-such-model", "anthropic", AT)).toBeUndefined();
  });
});

test("every model of ten providers costs what the package computes, within its rounding", () => {
  let compared = 0;
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  for (const id of ["anthropic", "openai", "google", "aws", "azure", "mistral", "groq", "deepseek", "x-ai", "cohere"]) {
    for (const { id: model } of findProvider({ providerId: id })?.models ?? []) {
      const listed = listPrice(model, id, AT);
      if (listed?.rates.input_mtok === undefined || listed.rates.output_mtok === undefined) continue;
      for (const size of [1_000, 300_000]) {
        const cached = random(size);
        const written = random(size);
        const hour = random(written + 1);
        const uncached = random(size);
        const input = cached + written + uncached;
        const output = random(size);
        const usage = { tokens_in: input, tokens_cached: cached, tokens_cache_write: written, tokens_out: output };
        const theirs = calcPrice(
          {
            input_tokens: input,
            cache_read_tokens: cached,
            cache_write_tokens: written,
            cache_write_1h_tokens: hour,
            output_tokens: output,
          },
          model,
          { providerId: id, timestamp: AT },
        )?.total_price;
        const ours = cost({ ...usage, tokens_cache_write_1h: hour }, listed.rates).nanos;
        expect(Math.abs(Number(ours) - (theirs ?? Number.NaN) * 1e9), `${id} ${model}`).toBeLessThan(1);
        compared++;
      }
    }
  }
  expect(compared).toBeGreaterThan(300);
});

describe("the cost of an event", () => {
  const usage = { tokens_in: 1_000_000, tokens_out: 0 };
  const rates: Rates = { input_mtok: 2, output_mtok: 8 };

  it("is the reported amount, or is derived", () => {
    expect(costing(usage, "metered", rates, { billed: 5n })).toMatchObject({ cost_nanos: 5n, cost_source: "reported" });
    expect(costing(usage, "metered", rates)).toMatchObject({ cost_nanos: 2_000_000_000n, cost_source: "derived" });
  });

  it("is derived when a sender reports 0 for tokens that have a price", () => {
    expect(costing(usage, "metered", rates, { billed: 0n })).toMatchObject({
      cost_nanos: 2_000_000_000n,
      cost_source: "derived",
    });
    expect(costing(usage, "metered", undefined, { billed: 0n })).toMatchObject({
      cost_nanos: 0n,
      cost_source: "reported",
    });
    expect(costing(usage, "metered", { input_mtok: 0 }, { billed: 0n })).toMatchObject({ cost_nanos: 0n });
  });

  it("is unknown, and never 0, without a price", () => {
    expect(costing(usage, "metered", undefined)).toEqual({
      cost_nanos: null,
      list_cost_nanos: null,
      cost_source: "unpriced",
      unpriced_classes: [],
    });
    expect(costing({ ...usage, web_searches: 1 }, "metered", rates)).toMatchObject({
      cost_nanos: 2_000_000_000n,
      cost_source: "partial",
      unpriced_classes: ["web_searches"],
    });
  });

  it("of a subscription is 0 unless overage is reported, and keeps its list value", () => {
    expect(costing(usage, "subscription", rates)).toMatchObject({ cost_nanos: 0n, list_cost_nanos: 2_000_000_000n });
    expect(costing(usage, "subscription", rates, { billed: 7n })).toMatchObject({ cost_nanos: 7n });
    expect(costing(usage, "subscription", undefined, { list: 9n })).toMatchObject({
      cost_nanos: 0n,
      list_cost_nanos: 9n,
      cost_source: "reported",
    });
  });
});
