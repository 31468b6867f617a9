/** Decides about snoozes. Pure. */
import { invalid } from "../kernel/problem.ts";
import { SNOOZE_DAYS_MAX } from "./schema.ts";

const DAY_MS = 86_400_000;

/** Returns the time in UTC. The format of times allows a leap second and the name of a zone, which are no time here. */
export function requireLater(until: string, now: Date): string {
  const inMs = Date.parse(until) - now.getTime();
  if (Number.isNaN(inMs)) throw invalid("/until", "is not a time.");
  if (inMs <= 0) throw invalid("/until", "must be in the future.");
  if (inMs > SNOOZE_DAYS_MAX * DAY_MS) throw invalid("/until", `must be at most ${SNOOZE_DAYS_MAX} days from now.`);
  return new Date(until).toISOString();
}
