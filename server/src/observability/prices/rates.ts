/** The cost of a usage at given prices, exact to the nano-dollar. */
import { CLASSES, type ClassCounts, type UsageClass } from "./usage-rules.ts";

/** A price that grows with the input of the request. `above` excludes its number of tokens, `from` includes it. */
export type Tier = { price: number } & ({ above: number } | { from: number });

/** US dollars. A tier that applies prices the whole class of the request. */
export type Price = number | { base: number; tiers: readonly Tier[] };

/** US dollars per million tokens, and per thousand searches and requests. */
export interface Rates {
  input_mtok?: Price | undefined;
  cache_read_mtok?: Price | undefined;
  cache_write_mtok?: Price | undefined;
  cache_write_1h_mtok?: Price | undefined;
  output_mtok?: Price | undefined;
  output_reasoning_mtok?: Price | undefined;
  web_searches_kcount?: Price | undefined;
  requests_kcount?: Price | undefined;
}

/** The names of all rates. */
export const RATES = [
  "input_mtok",
  "cache_read_mtok",
  "cache_write_mtok",
  "cache_write_1h_mtok",
  "output_mtok",
  "output_reasoning_mtok",
  "web_searches_kcount",
  "requests_kcount",
] as const satisfies readonly (keyof Rates)[];

/** The rates of each class, in order. A provider without a price of its own for a class charges the next one. */
const CHARGED: Readonly<Record<UsageClass, readonly (keyof Rates)[]>> = {
  input: ["input_mtok"],
  cache_read: ["cache_read_mtok", "input_mtok"],
  cache_write: ["cache_write_mtok", "input_mtok"],
  cache_write_1h: ["cache_write_1h_mtok", "cache_write_mtok", "input_mtok"],
  output: ["output_mtok"],
  reasoning: ["output_reasoning_mtok", "output_mtok"],
  web_searches: ["web_searches_kcount"],
  requests: ["requests_kcount"],
};

export interface Cost {
  nanos: bigint;
  /** The classes with usage and without a price. Their cost is unknown and not in `nanos`. */
  unpriced: UsageClass[];
}

/** Returns the cost of the counts. The sum is rounded once, half up. */
export function costOf(counts: ClassCounts, rates: Rates): Cost {
  const requestTokens = counts.input + counts.cache_read + counts.cache_write + counts.cache_write_1h;
  const unpriced: UsageClass[] = [];
  let millionths = 0n;
  for (const name of CLASSES) {
    const count = counts[name];
    if (count === 0) continue;
    const rate = CHARGED[name].find((one) => rates[one] !== undefined);
    const price = rate && rates[rate];
    // Most providers have no price for a request as such.
    if (rate === undefined || price === undefined) {
      if (name !== "requests") unpriced.push(name);
      continue;
    }
    millionths += BigInt(count) * nanosOf(priceAt(price, requestTokens)) * unitsPerMillion(rate);
  }
  return { nanos: (millionths + 500_000n) / 1_000_000n, unpriced };
}

function unitsPerMillion(rate: keyof Rates): bigint {
  return rate.endsWith("_mtok") ? 1n : 1_000n;
}

/** A price has at most nine decimals, so its nano-dollars are whole. */
function nanosOf(usd: number): bigint {
  return BigInt(Math.round(usd * 1_000_000_000));
}

function priceAt(price: Price, requestTokens: number): number {
  if (typeof price === "number") return price;
  const reached = price.tiers.filter((tier) =>
    "from" in tier ? requestTokens >= tier.from : requestTokens > tier.above,
  );
  return reached.reduce((best, tier) => (startOf(tier) >= startOf(best) ? tier : best), {
    price: price.base,
    from: 0,
  } as Tier).price;
}

function startOf(tier: Tier): number {
  return "from" in tier ? tier.from : tier.above + 1;
}
