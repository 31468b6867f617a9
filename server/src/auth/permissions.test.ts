import { describe, expect, test } from "vitest";
import { agentActor, aPerson, aWorkspace, problemOf, useApp } from "../../test/harness/harness.ts";
import { ROLES } from "../kernel/actor.ts";
import { OPERATIONS } from "../operations.ts";
import { listPermissions } from "./operations/list-permissions.ts";
import { PERMISSION_TABLE, permissionsOf } from "./permissions.ts";
import { SCOPES } from "./schema.ts";

const app = useApp();

const MANAGING = /^(workspaces|members|keys|agents|team|risk|governance|sessions|tiers):write$|:manage$|:decide$/;

describe("permissions", () => {
  test("each role has all permissions of the role below", () => {
    const sets = ROLES.map((role) => permissionsOf({ kind: "user", role }));
    sets.reduce((higher, lower) => {
      expect([...lower].filter((permission) => !higher.has(permission))).toEqual([]);
      return lower;
    });
  });

  test("a viewer changes nothing but what is their own: name, sessions, memberships and inbox", () => {
    const writes = [...permissionsOf({ kind: "user", role: "viewer" })].filter((name) => !name.endsWith(":read"));
    expect(writes).toEqual(["auth:write", "sessions:write", "membership:write", "snoozes:write"]);
  });

  test("members, agents and services decide nothing, and services manage agents and keys only by scope", () => {
    const service = permissionsOf({ kind: "service", scopes: ["ingest", "tasks:write"] });
    const all = permissionsOf({ kind: "service", scopes: SCOPES });
    expect([...all].filter((permission) => MANAGING.test(permission))).toEqual([
      "keys:write",
      "agents:write",
      "team:write",
    ]);
    for (const permissions of [permissionsOf({ kind: "agent" }), service]) {
      expect([...permissions].filter((permission) => MANAGING.test(permission))).toEqual([]);
    }
    const member = [...permissionsOf({ kind: "user", role: "member" })];
    expect(member.filter((permission) => MANAGING.test(permission))).toEqual(["sessions:write"]);
  });

  test("an owner or an agent may run every operation that is offered", () => {
    const owner = permissionsOf({ kind: "user", role: "owner" });
    const agent = permissionsOf({ kind: "agent" });
    const nobodys = OPERATIONS.flatMap((operation) => {
      if (operation.kind === "public" || operation.internal) return [];
      const { name, permission } = operation;
      return owner.has(permission) || agent.has(permission) ? [] : [`${name} needs ${permission}`];
    });
    expect(nobodys).toEqual([]);
  });

  test("each scope gives one permission", () => {
    const scopes = PERMISSION_TABLE.flatMap(({ scope }) => scope ?? []);
    expect(scopes.toSorted()).toEqual([...SCOPES].sort());
    expect([...permissionsOf({ kind: "service", scopes: ["ingest"] })]).toEqual(["auth:read", "obs:write"]);
  });

  test("are listed for every credential as they are granted, page by page", async () => {
    const { id, owner } = await aWorkspace(app());
    const { items, next_cursor } = await app().call(listPermissions, owner, {});
    expect(items).toEqual(PERMISSION_TABLE);
    expect(next_cursor).toBeNull();
    for (const role of ROLES) {
      const named = items.filter(({ roles }) => roles.includes(role)).map(({ permission }) => permission);
      expect(new Set(named)).toEqual(permissionsOf({ kind: "user", role }));
    }
    const viewer = await aPerson(app(), id, "viewer");
    const first = await app().call(listPermissions, viewer, { limit: 5 });
    const rest = await app().call(listPermissions, agentActor(id, id), { cursor: first.next_cursor ?? "" });
    expect([...first.items, ...rest.items]).toEqual(items);
    expect((await problemOf(app().call(listPermissions, viewer, { cursor: "x" }))).code).toBe("invalid_input");
  });
});
