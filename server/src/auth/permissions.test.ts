import { describe, expect, test } from "vitest";
import { ROLES } from "../kernel/actor.ts";
import { OPERATIONS } from "../operations.ts";
import { permissionsOf } from "./permissions.ts";

const MANAGING = /^(workspaces|members|keys|agents|team|risk|governance|sessions|tiers):write$|:manage$|:decide$/;

describe("permissions", () => {
  test("each role may all that the one below may", () => {
    const sets = ROLES.map((role) => permissionsOf({ kind: "user", role }));
    sets.reduce((higher, lower) => {
      expect([...lower].filter((permission) => !higher.has(permission))).toEqual([]);
      return lower;
    });
  });

  test("a viewer changes nothing but their own name and sessions", () => {
    const writes = [...permissionsOf({ kind: "user", role: "viewer" })].filter((name) => !name.endsWith(":read"));
    expect(writes).toEqual(["auth:write", "sessions:write"]);
  });

  test("neither members, agents nor services manage or decide", () => {
    const service = permissionsOf({ kind: "service", scopes: ["ingest", "tasks:write"] });
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
});
