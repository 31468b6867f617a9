/**
 * A second implementation of `draw_requests`, for property tests over many servers and to compare the function with.
 */
import type { Draw, Drawn } from "./store.ts";

export interface StoredBucket {
  /** `tokens` and `lent` are in sixty-thousandths of a token, as in the table. */
  tokens: number;
  lent: number;
  refilledAtMs: number;
}

const TOKEN = 60_000;
const SLICE_MS = 10_000;

/** A bucket without draws is full. */
export function drawFrom(
  stored: StoredBucket | undefined,
  { limit, weights, spent, slice }: Draw,
  now: number,
): { stored: StoredBucket; drawn: Drawn } {
  const capacity = limit * TOKEN;
  const { refilledAtMs, ...held } = stored ?? { tokens: capacity, lent: 0, refilledAtMs: now };
  const at = Math.max(now, refilledAtMs);
  let ends = sliceEnd(refilledAtMs);
  held.tokens = Math.min(Math.max(0, capacity - held.lent), held.tokens + limit * (Math.min(ends, at) - refilledAtMs));
  if (at >= ends) {
    held.lent = 0;
    held.tokens = Math.min(capacity, held.tokens + limit * (at - ends));
    ends = sliceEnd(at);
  }
  if (slice === ends / SLICE_MS) held.lent = Math.max(0, held.lent - spent * TOKEN);
  const whole = Math.floor(held.tokens / TOKEN);
  const wanted = weights.reduce((sum, weight) => sum + weight, 0);
  let [fits, served] = [0, 0];
  while (served < weights.length && fits + (weights[served] ?? 0) <= whole) fits += weights[served++] ?? 0;
  const granted = served < weights.length ? fits : Math.max(wanted, Math.floor(whole / 10));
  const tokens = held.tokens - granted * TOKEN;
  const needed = (weights[served] ?? 1) * TOKEN;
  const lent = held.lent + Math.max(0, granted - wanted) * TOKEN;
  const usable = Math.max(0, capacity - lent);
  const waitMs = Math.max(
    Math.ceil((needed - tokens) / limit),
    needed > usable ? ends - at + Math.ceil((needed - usable) / limit) : 0,
  );
  return {
    stored: { tokens, lent, refilledAtMs: at },
    drawn: {
      granted,
      remaining: Math.floor(tokens / TOKEN),
      wait_ms: Math.max(0, waitMs),
      lasts_ms: ends - at,
      slice: ends / SLICE_MS,
    },
  };
}

function sliceEnd(at: number): number {
  return (Math.floor(at / SLICE_MS) + 1) * SLICE_MS;
}
