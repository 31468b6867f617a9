/** Reads the header `Retry-After`: seconds, or a date. Pure. */

/** A longer wait is cut to this. */
const RETRY_AFTER_MS_MAX = 86_400_000;

/** Returns the milliseconds to wait; undefined when the text says no time. */
export function retryAfterMs(text: string | undefined, nowMs: number): number | undefined {
  const trimmed = text?.trim() ?? "";
  const ms = /^[0-9]{1,10}$/.test(trimmed) ? Number(trimmed) * 1_000 : Date.parse(trimmed) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), RETRY_AFTER_MS_MAX);
}
