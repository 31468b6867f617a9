/** Counts of events by the time of their arrival, for the strip. Pure. */
import type { ObsEvent } from "@bailiwick/sdk";

export const STRIP_COLUMNS = 90;
const MINUTE_MS = 60_000;
/** The longest of them that the read events cover is shown. */
const SPANS_MS = [15, 5, 1].map((minutes) => minutes * MINUTE_MS);

export interface Column {
  calls: number;
  others: number;
  errors: number;
}

type Counted = Pick<ObsEvent, "event_type" | "status" | "created_at">;

/** Returns the length of the strip. Events that are not read yet are older by arrival than those that are. */
export function spanOf(events: readonly Counted[], hasMore: boolean, now: number) {
  const [longest = MINUTE_MS] = SPANS_MS;
  const oldest = events.at(-1);
  if (!hasMore || !oldest) return longest;
  const coveredMs = now - Date.parse(oldest.created_at);
  return SPANS_MS.find((span) => span <= coveredMs) ?? MINUTE_MS;
}

/** Returns the counts of each part of the time up to now, oldest first. */
export function columnsOf(events: readonly Counted[], now: number, spanMs: number): Column[] {
  const columns = Array.from({ length: STRIP_COLUMNS }, (): Column => ({ calls: 0, others: 0, errors: 0 }));
  for (const { event_type, status, created_at } of events) {
    const place = STRIP_COLUMNS - 1 - Math.floor((Math.max(0, now - Date.parse(created_at)) / spanMs) * STRIP_COLUMNS);
    const column = columns[place];
    if (!column) continue;
    if (status === "error") column.errors++;
    else if (event_type === "llm_call") column.calls++;
    else column.others++;
  }
  return columns;
}
