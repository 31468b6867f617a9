import { expect, it } from "vitest";
import { isAmong } from "./agent-rows.ts";

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
