import { expect, it } from "vitest";
import { isAmong } from "./agent-rows.ts";

const SCOUT = { name: "Scout", status: "active", agent_type: "http_api" } as const;

it("an agent stays in the list as long as it is what the list asks for", () => {
  expect(isAmong(SCOUT, {})).toBe(true);
  expect(isAmong(SCOUT, { status: "active", agent_type: "http_api", q: "SCO" })).toBe(true);
  expect(isAmong(SCOUT, { status: "paused" })).toBe(false);
  expect(isAmong(SCOUT, { agent_type: "direct" })).toBe(false);
  expect(isAmong(SCOUT, { q: "maria" })).toBe(false);
});

it("archived agents are among those asked for alone", () => {
  const archived = { ...SCOUT, status: "archived" } as const;
  expect(isAmong(archived, {})).toBe(false);
  expect(isAmong(archived, { status: "archived" })).toBe(true);
});
