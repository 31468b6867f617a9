/** Nobody approves their own request, through any door. */
import { describe, expect, it } from "vitest";
import { codeOf, governanceOn } from "../../test/harness/governance.ts";
import { aPerson, useApp } from "../../test/harness/harness.ts";
import { permissionsOf } from "../auth/permissions.ts";
import type { Actor } from "../kernel/actor.ts";
import { adoptKey } from "../keys/operations/adopt-key.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { rotateKey } from "../keys/operations/rotate-key.ts";
import { denyRequest } from "./operations/deny-request.ts";
import { getRequest } from "./operations/get-request.ts";

const app = useApp();
const { aTeam, ask, approve, auditOf } = governanceOn(app);
type Team = Awaited<ReturnType<typeof aTeam>>;

describe("nobody approves their own request", () => {
  const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });

  /** A request through a key that `maker` made. */
  async function throughKeyOf(team: Team, maker: Actor) {
    const { key, id } = await app().call(createKey, maker, { kind: "agent", name: "Key", agent_id: team.agent.id });
    return { request: await ask(await bearer(key), team.policy_id), key, id };
  }

  it("the agent itself, members, viewers and every service key have no permission", async () => {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    const scopes = ["governance:read", "keys:write", "agents:write", "team:write"] as const;
    const { key } = await app().call(createKey, team.owner, { kind: "service", name: "All", scopes: [...scopes] });
    const people = [
      await aPerson(app(), team.workspace.id, "member"),
      await aPerson(app(), team.workspace.id, "viewer"),
    ];
    for (const by of [team.agent, ...people, await bearer(key)]) {
      expect(await codeOf(approve(by, request))).toBe("forbidden");
      expect(await codeOf(app().call(denyRequest, by, { id: request.id }))).toBe("forbidden");
    }
    expect((await app().call(getRequest, team.owner, { id: request.id })).status).toBe("pending");
  });

  it("an admin who made the key, in any session and after a change of role; others and the owner may", async () => {
    const team = await aTeam();
    const admin = await aPerson(app(), team.workspace.id, "admin");
    const { request } = await throughKeyOf(team, admin);
    const second: Actor = { ...admin, session_id: null, credential: `${admin.credential}:second` };
    for (const by of [admin, second]) expect(await codeOf(approve(by, request))).toBe("forbidden");
    for (const role of ["member", "admin"]) {
      await app().admin.query("update members set role = $2 where user_id = $1", [admin.id, role]);
      const again: Actor = {
        ...admin,
        role: role as "admin",
        permissions: permissionsOf({ kind: "user", role: role as "admin" }),
      };
      expect(await codeOf(approve(again, request))).toBe("forbidden");
    }
    const { request: applied } = await approve(await aPerson(app(), team.workspace.id, "admin"), request);
    expect(applied.status).toBe("applied");
  });

  it("an admin behind a service key that made the key, or who rotated or adopted it", async () => {
    const team = await aTeam();
    const [maker, rotator, adopter] = [
      await aPerson(app(), team.workspace.id, "admin"),
      await aPerson(app(), team.workspace.id, "admin"),
      await aPerson(app(), team.workspace.id, "admin"),
    ] as const;
    const service = await app().call(createKey, maker, { kind: "service", name: "Maker", scopes: ["keys:write"] });
    const { request, id } = await throughKeyOf(team, await bearer(service.key));
    expect(await codeOf(approve(maker, request))).toBe("forbidden");
    await app().call(rotateKey, rotator, { id });
    expect(await codeOf(approve(rotator, request))).toBe("forbidden");
    await app().call(adoptKey, adopter, { id: service.id });
    expect(await codeOf(approve(adopter, request))).toBe("forbidden");
    // A denial gives the agent nothing.
    expect(await app().call(denyRequest, maker, { id: request.id })).toMatchObject({ status: "denied" });
  });

  it("the owner alone decides about the agents of a workspace, and the fact says that it is the owner's own", async () => {
    const team = await aTeam();
    const { request } = await throughKeyOf(team, team.owner);
    expect((await approve(team.owner, request)).request.status).toBe("applied");
    expect((await auditOf(team)).find(({ event_type }) => event_type === "request_approved")?.details).toMatchObject({
      is_own: true,
    });
  });
});
