import { PERMISSION_ROLES, type PermissionName, ROLES } from "@bailiwick/sdk";
import { expect, test } from "vitest";
import { deniedTo, withArticle } from "./session.tsx";

test("roles have their article", () => {
  expect([withArticle("admin"), withArticle("owner"), withArticle("viewer")]).toEqual([
    "an admin",
    "the owner",
    "a viewer",
  ]);
});

test("a lower role is denied with the lowest role that has the permission", () => {
  expect(deniedTo("viewer", "tasks:write")).toBe("Only a member may do this; you are a viewer of this workspace.");
  expect(deniedTo("admin", "workspaces:own")).toBe("Only the owner may do this; you are an admin of this workspace.");
  expect(deniedTo("owner", "tasks:claim")).toContain("Only an agent may do this");
  expect(["owner", "admin", "member"].map((role) => deniedTo(role as (typeof ROLES)[number], "tasks:write"))).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test("every permission of a role is one of each higher role", () => {
  for (const permission of Object.keys(PERMISSION_ROLES) as PermissionName[]) {
    const has = ROLES.map((role) => deniedTo(role, permission) === undefined);
    expect(has, permission).toEqual([...has].sort((one, other) => Number(other) - Number(one)));
  }
});
