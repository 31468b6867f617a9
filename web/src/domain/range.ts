/** Ranges of time that end now, as the address holds them: a word, or the time at which the range begins. */
import { useMemo } from "react";

const HOUR_MS = 3_600_000;
export const RANGES = ["1h", "8h", "24h", "7d"] as const;
export type Range = (typeof RANGES)[number];
export const RANGE_MS: Record<Range, number> = {
  "1h": HOUR_MS,
  "8h": 8 * HOUR_MS,
  "24h": 24 * HOUR_MS,
  "7d": 168 * HOUR_MS,
};
/** The range of an address that names none. A young workspace has the shortest of the others that holds its life. */
export const USUAL_RANGE: Range = "24h";
export const USUAL_RANGES = RANGES.filter((range) => RANGE_MS[range] <= RANGE_MS[USUAL_RANGE]);
export const RANGE_WORDS: Record<Range, string> = { "1h": "1 h", "8h": "8 h", "24h": "24 h", "7d": "7 d" };

const isRange = (since: string): since is Range => (RANGES as readonly string[]).includes(since);
/** A later time is not in the past for a server whose clock is a little behind. */
const MINUTE_MS = 60_000;

/** Returns the range that the address names; undefined for any other text. */
export function readSince(since: unknown): string | undefined {
  if (typeof since !== "string") return undefined;
  if (isRange(since)) return since;
  const at = Date.parse(since);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}

/** The start of the range. A word is measured once, so that lists do not read again every second. */
export function useSince(since: string | undefined): string | undefined {
  return useMemo(() => since && startOf(since, Date.now()), [since]);
}

export function startOf(since: string, now: number): string {
  if (!isRange(since)) return since;
  return new Date(Math.floor((now - RANGE_MS[since]) / MINUTE_MS) * MINUTE_MS).toISOString();
}
