import { expect, test } from "vitest";
import { silenceOf } from "./silence.ts";

const NOW = Date.parse("2026-11-30T12:00:00Z");
const agent = (state: "online" | "stale" | "offline", current_tasks: number, last_seen_at: string | null) =>
  silenceOf({ state, current_tasks, last_seen_at }, NOW);

test.each([
  ["2026-11-30T11:59:50Z", "1 min"],
  ["2026-11-30T11:12:00Z", "48 min"],
  ["2026-11-30T08:30:00Z", "3 h"],
  ["2026-11-28T08:30:00Z", "2 d"],
])("an agent that last called at %s and holds tasks is silent for %s", (at, time) => {
  for (const state of ["stale", "offline"] as const) {
    expect(agent(state, 3, at)).toEqual({ short: `Silent ${time}`, full: `Silent for ${time}, holds 3 tasks` });
  }
});

test("an agent that never called still holds its task", () => {
  expect(agent("offline", 1, null)).toEqual({ short: "Silent", full: "Silent, holds 1 task" });
});

test("an agent that calls, or that holds nothing, is not silent", () => {
  expect(agent("online", 3, "2026-11-30T11:59:50Z")).toBeUndefined();
  expect(agent("offline", 0, "2026-11-28T08:30:00Z")).toBeUndefined();
});
