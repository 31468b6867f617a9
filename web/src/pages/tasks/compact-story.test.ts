import type { TaskEvent } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { compactStory } from "./compact-story.ts";

const anEvent = (event_type: TaskEvent["event_type"]): TaskEvent => ({
  id: crypto.randomUUID(),
  task_id: "task",
  event_type,
  agent_id: null,
  user_id: null,
  payload: {},
  created_at: "2026-11-22T18:00:00Z",
});

it("keeps every main event, and of the reports between two the last", () => {
  const types = ["created", "progress", "tool_call", "progress", "completed", "progress"] as const;
  const events = types.map(anEvent);
  const lines = compactStory(events);
  expect(lines.map(({ event }) => events.indexOf(event))).toEqual([0, 3, 4, 5]);
  expect(lines.map(({ folded }) => folded)).toEqual([0, 2, 0, 0]);
  // A further report must not make a new line, or the page below would jump.
  expect(lines.at(-1)?.key).toBe(compactStory([...events, anEvent("progress")]).at(-1)?.key);
});
