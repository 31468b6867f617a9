/** What `draw_requests` does, said a second time: for properties over many servers, and to compare the function with. */
import type { Draw, Drawn } from "./allowance-store.ts";

export interface StoredBucket {
  /** Both in sixty-thousandths of a token. */
  tokens: number;
  lent: number;
  /** Milliseconds. */
  refilledAt: number;
}

const TOKEN = 60_000;
const SLICE_MS = 10_000;

/** A bucket that nobody has drawn from is full. */
export function drawFrom(
  stored: StoredBucket | undefined,
  { limit, wanted, spent, slice }: Draw,
  now: number,
): { stored: StoredBucket; drawn: Drawn } {
  const capacity = limit * TOKEN;
  const { refilledAt, ...held } = stored ?? { tokens: capacity, lent: 0, refilledAt: now };
  const at = Math.max(now, refilledAt);
  let ends = sliceEnd(refilledAt);
  held.tokens = Math.min(Math.max(0, capacity - held.lent), held.tokens + limit * (Math.min(ends, at) - refilledAt));
  if (at >= ends) {
    held.lent = 0;
    held.tokens = Math.min(capacity, held.tokens + limit * (at - ends));
    ends = sliceEnd(at);
  }
  if (slice === ends / SLICE_MS) held.lent = Math.max(0, held.lent - spent * TOKEN);
  const whole = Math.floor(held.tokens / TOKEN);
  const granted = Math.min(whole, Math.max(wanted, Math.floor(whole / 10)));
  const tokens = held.tokens - granted * TOKEN;
  return {
    stored: { tokens, lent: held.lent + Math.max(0, granted - wanted) * TOKEN, refilledAt: at },
    drawn: {
      granted,
      remaining: Math.floor(tokens / TOKEN),
      wait_ms: Math.max(0, Math.ceil((TOKEN - tokens) / limit)),
      lasts_ms: ends - at,
      slice: ends / SLICE_MS,
    },
  };
}

function sliceEnd(at: number): number {
  return (Math.floor(at / SLICE_MS) + 1) * SLICE_MS;
}
