/** Decides about the time of a point of a metric, as for events. Pure. */
import { AGE_MS_MAX, AHEAD_MS_MAX } from "./event-rules.ts";

export function pointFault({ last_ms }: { last_ms: number }, now: Date): string | undefined {
  if (last_ms > now.getTime() + AHEAD_MS_MAX) return "The time of a point is in the future.";
  if (last_ms < now.getTime() - AGE_MS_MAX) return "The time of a point is more than 180 days ago.";
  return undefined;
}
