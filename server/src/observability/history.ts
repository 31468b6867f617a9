/** The days that a reader may see. */
import type { History } from "./health-schema.ts";
import { daysBefore } from "./metrics.ts";
import type { Range } from "./store/usage.ts";

/** Undefined when all these days are too old. */
export interface Clamped {
  range: Range | undefined;
  history: History;
}

/** Leaves out the days that are more than `days` before today. */
export function withinHistory(now: Date, { from, to }: Range, days: number): Clamped {
  const first = daysBefore(now, days);
  const history = { from: first, days, is_limited: from < first };
  return { range: to < first ? undefined : { from: from < first ? first : from, to }, history };
}
