/** Decides about snoozes. Pure. */
import { invalid } from "../kernel/problem.ts";
import { SNOOZE_DAYS_MAX } from "./schema.ts";

const DAY_MS = 86_400_000;

export function requireLater(until: string, now: Date): void {
  const inMs = Date.parse(until) - now.getTime();
  if (inMs <= 0) throw invalid("/until", "must be in the future.");
  if (inMs > SNOOZE_DAYS_MAX * DAY_MS) throw invalid("/until", `must be at most ${SNOOZE_DAYS_MAX} days from now.`);
}
