import type { TaskEvent } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { compactStory, progressOf, textOfEvent } from "./event-text.ts";

const anEvent = (event_type: TaskEvent["event_type"], payload: Record<string, unknown> = {}): TaskEvent => ({
  id: crypto.randomUUID(),
  task_id: "task",
  event_type,
  agent_id: null,
  user_id: null,
  payload,
  created_at: "2026-11-22T18:00:00Z",
});

it("has the sender, the recipient and the reason", () => {
  const moved = { from_agent_id: "a", to_agent_id: "b", reason: "Too hard" };
  expect(textOfEvent(anEvent("assigned", moved))).toEqual({
    parts: ["assigned it", "from", { agent: "a" }, "to", { agent: "b" }],
    words: "Too hard",
  });
  expect(textOfEvent(anEvent("escalated", { ...moved, to_agent_id: null })).parts).toEqual([
    "escalated it",
    "from",
    { agent: "a" },
    "to people, because there is no supervisor",
  ]);
});

it("distinguishes a refused start from a block by the holder", () => {
  expect(textOfEvent(anEvent("blocked", { previous_status: "running" })).parts).toEqual(["blocked it"]);
  expect(textOfEvent(anEvent("blocked", { previous_status: "queued" })).parts).toEqual(["was kept from starting it"]);
});

it("names the agent that lost its lease, because the server acted", () => {
  expect(textOfEvent(anEvent("lease_expired", { agent_id: "a", attempt: 2 }))).toEqual({
    actor: { agent: "a" },
    parts: ["lost the lease of attempt 2"],
  });
});

it("reads payloads of any shape", () => {
  const odd = { reason: 7, attempt: "x", tool: {}, from_agent_id: [], message: null };
  const types = ["created", "assigned", "started", "progress", "tool_call", "tool_result", "failed", "late_result"];
  for (const type of types) {
    const { words, parts } = textOfEvent(anEvent(type as TaskEvent["event_type"], odd));
    expect(words).toBeUndefined();
    expect(parts.every((part) => typeof part === "string")).toBe(true);
  }
});

it("reads the progress, at most the whole", () => {
  expect(progressOf({ done: 3, total: 4 })).toEqual({ share: 0.75, label: "3 of 4" });
  expect(progressOf({ done: 9, of: 4 })?.share).toBe(1);
  expect(progressOf({ percent: 12.4 })).toEqual({ share: 0.124, label: "12 %" });
  expect(progressOf({ percent: -5 })?.share).toBe(0);
  expect(progressOf({ progress: 0.5 })?.label).toBe("50 %");
  for (const payload of [{}, { done: 1 }, { done: 1, total: 0 }, { percent: "50" }, { progress: 40 }]) {
    expect(progressOf(payload)).toBeUndefined();
  }
});

it("keeps every main event, and only the last report between two of them", () => {
  const types = ["created", "progress", "tool_call", "progress", "completed", "progress"] as const;
  const events = types.map((type) => anEvent(type));
  const lines = compactStory(events);
  expect(lines.map(({ event }) => events.indexOf(event))).toEqual([0, 3, 4, 5]);
  expect(lines.map(({ folded }) => folded)).toEqual([0, 2, 0, 0]);
});
