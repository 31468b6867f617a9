/** Nobody approves their own request, through any door. */
import { describe, expect, it } from "vitest";
import { codeOf, governanceOn, MINUTE } from "../../test/harness/governance.ts";
import { aPerson, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { later } from "../../test/harness/team.ts";
import { permissionsOf } from "../auth/permissions.ts";
import type { Actor } from "../kernel/actor.ts";
import { adoptKey } from "../keys/operations/adopt-key.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { rotateKey } from "../keys/operations/rotate-key.ts";
import { denyRequest } from "./operations/deny-request.ts";
import { getBoundaries } from "./operations/get-boundaries.ts";
import { getRequest } from "./operations/get-request.ts";
import { setRequiredApprovals } from "./operations/set-required-approvals.ts";

const app = useApp();
const { aTeam, ask, approve, delegate, policyOf, typesOf, auditOf } = governanceOn(app);
type Team = Awaited<ReturnType<typeof aTeam>>;

const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });

/** A request through a key that `maker` made. */
async function throughKeyOf(team: Team, maker: Actor) {
  const { key, id } = await app().call(createKey, maker, { kind: "agent", name: "Key", agent_id: team.agent.id });
  return { request: await ask(await bearer(key), team.policy_id), key, id };
}

describe("nobody approves their own request", () => {
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

describe("two people approve", () => {
  const need = (by: Actor, required_approvals: number) => app().call(setRequiredApprovals, by, { required_approvals });

  /** A workspace whose requests need two people. */
  async function aCareful() {
    const team = await aTeam();
    const [ada, bob] = [
      await aPerson(app(), team.workspace.id, "admin"),
      await aPerson(app(), team.workspace.id, "admin"),
    ] as const;
    expect(await need(team.owner, 2)).toEqual({ required_approvals: 2 });
    return { team, ada, bob };
  }

  it("needs two people and the same terms; each approval is one fact, and the database refuses fewer", async () => {
    const { team, ada, bob } = await aCareful();
    const request = await ask(team.agent, team.policy_id);
    expect(request).toMatchObject({ required_approvals: 2, approvals: [], terms: null });
    for (const _ of [1, 2]) expect((await approve(ada, request)).request.status).toBe("pending");
    expect(await app().call(getRequest, bob, { id: request.id })).toMatchObject({
      approvals: [{ user_id: ada.id }],
      terms: { mode: "one_time" },
    });
    expect(await codeOf(delegate(bob, request))).toBe("conflict");
    const applied =
      "update policy_requests set status = 'applied', reviewed_by = $2, reviewed_at = now() where id = $1";
    await expect(app().admin.query(applied, [request.id, bob.id])).rejects.toThrow("check");
    expect((await policyOf(team)).threshold_value).toBe(10);
    expect((await approve(bob, request)).request).toMatchObject({ status: "applied", reviewed_by: bob.id });
    expect((await policyOf(team)).threshold_value).toBe(20);
    expect((await typesOf(team)).filter((type) => /approv/.test(type))).toEqual([
      "required_approvals_changed",
      "approval_added",
      "request_approved",
    ]);
  });

  it("of two approvals at once the later applies; of two by one person neither does", async () => {
    const { team, ada, bob } = await aCareful();
    const request = await ask(team.agent, team.policy_id);
    await Promise.all([approve(ada, request), approve(ada, request)]);
    expect((await app().call(getRequest, ada, { id: request.id })).approvals).toHaveLength(1);
    await app().call(denyRequest, ada, { id: request.id });
    const again = await later(app(), 16 * MINUTE, () => ask(team.agent, team.policy_id));
    const both = await Promise.all([ada, bob].map((by) => approve(by, again)));
    expect(both.map(({ request: { status } }) => status).sort()).toEqual(["applied", "pending"]);
    expect((await typesOf(team)).filter((type) => type === "change_applied")).toHaveLength(1);
  });

  it("counts nobody behind the key, not even the owner, and nobody who may not approve any more", async () => {
    const { team, ada, bob } = await aCareful();
    const { request, id } = await throughKeyOf(team, team.owner);
    expect(await codeOf(approve(team.owner, request))).toBe("forbidden");
    await delegate(ada, request);
    await app().call(adoptKey, ada, { id });
    // The terms of an approval that counts no more bind nobody.
    expect((await approve(bob, request)).request).toMatchObject({
      status: "pending",
      approvals: [{ user_id: bob.id }],
    });
    const carl = await aPerson(app(), team.workspace.id, "admin");
    await app().admin.query("update members set role = 'member' where user_id = $1", [bob.id]);
    expect((await approve(carl, request)).request).toMatchObject({
      status: "pending",
      approvals: [{ user_id: carl.id }],
    });
    expect((await policyOf(team)).threshold_value).toBe(10);
  });

  it("is set by the owner alone, for what waits too, and needs two who may approve", async () => {
    const team = await aTeam();
    const request = await ask(team.agent, team.policy_id);
    expect(await problemOf(need(team.owner, 2))).toMatchObject({
      code: "conflict",
      message: expect.stringContaining("1 may"),
    });
    const admin = await aPerson(app(), team.workspace.id, "admin");
    for (const by of [admin, team.agent]) expect(await codeOf(need(by, 2))).toBe("forbidden");
    await need(team.owner, 2);
    expect((await app().call(getBoundaries, admin, {})).required_approvals).toBe(2);
    expect((await approve(team.owner, request)).request.status).toBe("pending");
    for (const _ of [1, 2]) await need(team.owner, 1);
    expect((await app().call(getRequest, admin, { id: request.id })).required_approvals).toBe(2);
    const next = await later(app(), 16 * MINUTE, () => ask(team.agent, team.policy_id, 30));
    expect(next.required_approvals).toBe(1);
    const changes = (await factsOf(app(), team.workspace.id)).filter(({ type }) => type.endsWith("approvals_changed"));
    expect(changes.map(({ data }) => data)).toEqual([
      { from: 1, to: 2 },
      { from: 2, to: 1 },
    ]);
  });
});
