import type { Headroom } from "@bailiwick/sdk";
import { describe, expect, it } from "vitest";
import { isAmong } from "./agent-rows.ts";
import { finderOf } from "./caps.ts";

const SCOUT = { name: "Scout", status: "active", agent_type: "http_api" } as const;

it("an agent stays in the list while it matches the filter", () => {
  expect(isAmong(SCOUT, {})).toBe(true);
  expect(isAmong(SCOUT, { status: "active", agent_type: "http_api", q: "SCO" })).toBe(true);
  expect(isAmong(SCOUT, { status: "paused" })).toBe(false);
  expect(isAmong(SCOUT, { agent_type: "direct" })).toBe(false);
  expect(isAmong(SCOUT, { q: "maria" })).toBe(false);
});

it("only the filter `archived` lists archived agents", () => {
  const archived = { ...SCOUT, status: "archived" } as const;
  expect(isAmong(archived, {})).toBe(false);
  expect(isAmong(archived, { status: "archived" })).toBe(true);
});

describe("the cap that stops an agent", () => {
  const cap = (agent_id: string | null, left: number, refuses_starts = true) =>
    ({ policy_id: `${agent_id} ${left}`, agent_id, left, refuses_starts }) as Headroom;

  it("is its own before that of the workspace, and none that has room or only tells people", () => {
    const capOf = finderOf([cap(null, 0), cap("codex", -1), cap("atlas", 5)]);
    expect([capOf("codex")?.agent_id, capOf("atlas")?.agent_id]).toEqual(["codex", null]);
    expect(finderOf([cap(null, -1, false), cap("codex", 1)])("codex")).toBeUndefined();
  });
});
