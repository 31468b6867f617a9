import type { Permission } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { scopesOf } from "./key-fields.tsx";

const row = (permission: string, scope: string | null): Permission => ({
  permission,
  meaning: `May ${permission}.`,
  roles: [],
  agents: false,
  scope,
});

it("each scope of an operation has all its meanings, and permissions without a scope or operation are left out", () => {
  const rows = [row("tasks:read", "a"), row("agents:self", null), row("tasks:write", "b"), row("keys:read", "b")];
  expect(scopesOf([...rows, row("no:operation", "c")])).toEqual([
    { scope: "a", meanings: ["May tasks:read."] },
    { scope: "b", meanings: ["May tasks:write.", "May keys:read."] },
  ]);
});
