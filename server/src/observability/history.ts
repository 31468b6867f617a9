/** The days that a reader may see. */
import { daysBefore } from "./metrics.ts";
import type { History } from "./metrics-schema.ts";
import type { Range } from "./store/usage.ts";

export interface Clamped {
  /** When all days are too old, it ends before it begins. */
  range: Range;
  history: History;
}

/** Leaves out the days that are more than `days` before today. */
export function withinHistory(now: Date, { from, to }: Range, days: number): Clamped {
  const first = daysBefore(now, days);
  const history = { from: first, days, is_limited: from < first };
  return { range: { from: from < first ? first : from, to }, history };
}
