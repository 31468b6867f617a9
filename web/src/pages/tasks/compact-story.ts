/** A story without the reports between its main events. Pure. */
import { REPORTED_TYPES, type TaskEvent } from "@bailiwick/sdk";

const DETAILS: ReadonlySet<TaskEvent["event_type"]> = new Set(REPORTED_TYPES);

export interface StoryLine {
  event: TaskEvent;
  /** The number of events before it that only the full story shows. */
  folded: number;
}

/** Returns the main events, and only the last report between two of them. */
export function compactStory(events: readonly TaskEvent[]): StoryLine[] {
  const lines: StoryLine[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const isMore = DETAILS.has(event.event_type) && last && DETAILS.has(last.event.event_type);
    if (isMore) lines[lines.length - 1] = { event, folded: last.folded + 1 };
    else lines.push({ event, folded: 0 });
  }
  return lines;
}
