import type { Permission } from "@bailiwick/sdk";
import { expect, it } from "vitest";
import { presetsOf, scopesOf } from "./key-fields.tsx";

const row = (permission: string, scope: string | null): Permission => ({
  permission,
  meaning: `May ${permission}.`,
  roles: [],
  agents: false,
  scope,
});

it("each scope of an operation has all its meanings, and permissions without a scope or operation are left out", () => {
  const rows = [row("tasks:write", "b"), row("tasks:read", "a:read"), row("agents:self", null), row("keys:read", "b")];
  const scopes = scopesOf([...rows, row("no:operation", "c")]);
  expect(scopes).toEqual([
    { scope: "a:read", meanings: ["May tasks:read."] },
    { scope: "b", meanings: ["May tasks:write.", "May keys:read."] },
  ]);
  expect(presetsOf(scopes)).toMatchObject([{ label: "Read everything", picked: ["a:read"] }, {}, { picked: [] }]);
});
