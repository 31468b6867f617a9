/** The usage of one call of a model: its meaning on the wire, and the classes that have a price each. */

/** The fields of an event that a price depends on. Absent fields are unknown, and count as nothing. */
export interface Usage {
  /** All tokens of the input, those of the cache included. */
  tokens_in?: number | null;
  tokens_out?: number | null;
  /** Input that was read from the cache. */
  tokens_cached?: number | null;
  /** Input that was written to the cache, for any time. */
  tokens_cache_write?: number | null;
  /** The part of `tokens_cache_write` that the cache keeps for one hour. */
  tokens_cache_write_1h?: number | null;
  /** The part of `tokens_out` that the model did not show. */
  tokens_reasoning?: number | null;
  web_searches?: number | null;
}

/** The classes do not overlap: their sum is the whole usage. */
export const CLASSES = [
  "input",
  "cache_read",
  "cache_write",
  "cache_write_1h",
  "output",
  "reasoning",
  "web_searches",
  "requests",
] as const;
export type UsageClass = (typeof CLASSES)[number];
export type ClassCounts = Readonly<Record<UsageClass, number>>;

/** Returns the rule that the usage breaks, if any. Nothing is clamped: a sender that miscounts gets its event back. */
export function usageFault(usage: Usage): string | undefined {
  const { tokens_in, tokens_out, tokens_cached, tokens_cache_write, tokens_cache_write_1h, tokens_reasoning } =
    known(usage);
  if (tokens_cache_write_1h > tokens_cache_write) return "tokens_cache_write_1h is more than tokens_cache_write.";
  if (tokens_cached + tokens_cache_write > tokens_in)
    return "tokens_cached and tokens_cache_write together are more than tokens_in, which includes both.";
  if (tokens_reasoning > tokens_out) return "tokens_reasoning is more than tokens_out, which includes it.";
  return undefined;
}

/** Returns the counts of a usage without a fault. */
export function classesOf(usage: Usage): ClassCounts {
  const all = known(usage);
  return {
    input: all.tokens_in - all.tokens_cached - all.tokens_cache_write,
    cache_read: all.tokens_cached,
    cache_write: all.tokens_cache_write - all.tokens_cache_write_1h,
    cache_write_1h: all.tokens_cache_write_1h,
    output: all.tokens_out - all.tokens_reasoning,
    reasoning: all.tokens_reasoning,
    web_searches: all.web_searches,
    requests: 1,
  };
}

function known(usage: Usage): { [K in keyof Required<Usage>]: number } {
  return {
    tokens_in: usage.tokens_in ?? 0,
    tokens_out: usage.tokens_out ?? 0,
    tokens_cached: usage.tokens_cached ?? 0,
    tokens_cache_write: usage.tokens_cache_write ?? 0,
    tokens_cache_write_1h: usage.tokens_cache_write_1h ?? 0,
    tokens_reasoning: usage.tokens_reasoning ?? 0,
    web_searches: usage.web_searches ?? 0,
  };
}
