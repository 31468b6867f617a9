import { expect, test } from "vitest";
import { isLower, lostBetween } from "./roles.ts";

const rows = [
  { permission: "tasks:read", meaning: "See tasks.", roles: ["owner", "admin", "member", "viewer"] },
  { permission: "tasks:write", meaning: "Create tasks.", roles: ["owner", "admin", "member"] },
  { permission: "members:write", meaning: "Invite people.", roles: ["owner", "admin"] },
  { permission: "tasks:claim", meaning: "Take tasks.", roles: [] },
].map((row) => ({ ...row, agents: false, scope: null })) as unknown as Parameters<typeof lostBetween>[0];

test("a lower role loses the permissions of the higher role", () => {
  expect(lostBetween(rows, "admin", "viewer")).toEqual(["Create tasks.", "Invite people."]);
  expect(lostBetween(rows, "member", "viewer")).toEqual(["Create tasks."]);
  expect(lostBetween(rows, "viewer", "admin")).toEqual([]);
});

test("only a role below is lower", () => {
  expect([isLower("viewer", "member"), isLower("admin", "owner"), isLower("member", "member")]).toEqual([
    true,
    true,
    false,
  ]);
  expect(isLower("admin", "viewer")).toBe(false);
});
