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

it("each scope has all its meanings, and permissions without a scope are left out", () => {
  const rows = [row("a:read", "a:read"), row("b:own", null), row("obs:write", "ingest"), row("obs:batch", "ingest")];
  expect(scopesOf(rows)).toEqual([
    { scope: "a:read", meanings: ["May a:read."] },
    { scope: "ingest", meanings: ["May obs:write.", "May obs:batch."] },
  ]);
});
