/** A story without the reports between its main events. Pure. */
import { REPORTED_TYPES, type TaskEvent } from "@bailiwick/sdk";

const DETAILS: ReadonlySet<TaskEvent["event_type"]> = new Set(REPORTED_TYPES);

export interface StoryLine {
  /** The id of the first event of the line, which stays the same while more events are folded into it. */
  key: string;
  event: TaskEvent;
  /** The number of events before it that only the full story shows. */
  folded: number;
}

export const lineOf = (event: TaskEvent): StoryLine => ({ key: event.id, event, folded: 0 });

/** Returns the main events, and only the last report between two of them. */
export function compactStory(events: readonly TaskEvent[]): StoryLine[] {
  const lines: StoryLine[] = [];
  for (const event of events) {
    const last = lines.at(-1);
    const isMore = DETAILS.has(event.event_type) && last && DETAILS.has(last.event.event_type);
    if (isMore) lines[lines.length - 1] = { ...last, event, folded: last.folded + 1 };
    else lines.push(lineOf(event));
  }
  return lines;
}
