/** A key has no permission that the present role of its responsible person lacks. */
import { describe, expect, test } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { aPerson, aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf } from "../../test/harness/outcomes.ts";
import { holdPowers } from "../../test/harness/powers.ts";
import { anEmail, anInvitation, ownFirst } from "../../test/harness/scene.ts";
import { createAgent } from "../agents/operations/create-agent.ts";
import type { Scope } from "../auth/schema.ts";
import type { Actor } from "../kernel/actor.ts";
import { claimTasks } from "../tasks/operations/claim-tasks.ts";
import { listTasks } from "../tasks/operations/list-tasks.ts";
import { listInvitations } from "../workspaces/operations/list-invitations.ts";
import { removeMember } from "../workspaces/operations/remove-member.ts";
import { transferWorkspace } from "../workspaces/operations/transfer-workspace.ts";
import { updateMember } from "../workspaces/operations/update-member.ts";
import type { GivenRole } from "../workspaces/schema.ts";
import { adoptKey } from "./operations/adopt-key.ts";
import { createKey } from "./operations/create-key.ts";
import { getKey } from "./operations/get-key.ts";
import { listKeys } from "./operations/list-keys.ts";

const app = useApp();
const bearer = (key: string) => app().authenticate({ authorization: `Bearer ${key}` });
const SCOPES: Scope[] = ["keys:write", "agents:write", "tasks:read", "tasks:write"];

/** A workspace in which an admin made keys for a service and an agent. */
async function aCrew() {
  const workspace = await aWorkspace(app());
  const { id, owner } = workspace;
  await ownFirst({ app: app(), owner });
  const admin = await aPerson(app(), id, "admin");
  const agent = await app().call(createAgent, owner, { name: "Worker" });
  const service = await app().call(createKey, admin, { kind: "service", name: "Script", scopes: SCOPES });
  const crew = await app().call(createKey, admin, { kind: "agent", name: "Crew", agent_id: agent.id });
  const becomes = (role: GivenRole) => app().call(updateMember, owner, { id, user_id: admin.id, role });
  return { workspace, id, owner, admin, service, crew, becomes };
}

const makesAgent = async (key: string) => app().call(createAgent, await bearer(key), { name: "Another" });
const makesKey = async (by: Actor) =>
  app().call(createKey, by, { kind: "service", name: "Below", scopes: ["agents:write", "keys:write"] });

describe("the keys of a demoted person", () => {
  test("lose the permissions that the role lacks, list them, and get them back with the role", async () => {
    const { id, owner, admin, service, crew, becomes } = await aCrew();
    const below = await makesKey(await bearer(service.key));
    await becomes("member");
    for (const { key } of [service, below]) {
      const problem = await problemOf(makesAgent(key));
      expect(problem).toMatchObject({ code: "forbidden", details: { next_step: expect.stringContaining("adopt") } });
      expect((await problemOf(makesKey(await bearer(key)))).code).toBe("forbidden");
    }
    const script = await bearer(service.key);
    expect((await app().call(listTasks, script, {})).items).toEqual([]);
    const worker = await bearer(crew.key);
    await aTask(app(), script, worker);
    expect((await app().call(claimTasks, worker, {})).items).toHaveLength(1);
    const { items } = await app().call(listKeys, owner, { kind: "service" });
    expect(
      items.map(({ responsible_user_id, responsible_role, lacks }) => ({
        responsible_user_id,
        responsible_role,
        lacks,
      })),
    ).toEqual([
      { responsible_user_id: admin.id, responsible_role: "member", lacks: ["keys:write", "agents:write"] },
      { responsible_user_id: admin.id, responsible_role: "member", lacks: ["keys:write", "agents:write"] },
    ]);
    expect((await app().call(getKey, owner, { id: crew.id })).lacks).toEqual([]);
    const [fact] = (await factsOf(app(), id)).filter(({ type }) => type === "member.updated");
    expect(fact?.data).toEqual({ from: "admin", to: "member", keys_limited: 2 });
    await becomes("admin");
    await makesAgent(service.key);
    await makesAgent(below.key);
  });

  test("of a viewer only read, an agent's too", async () => {
    const { owner, service, crew, becomes } = await aCrew();
    await becomes("viewer");
    const [script, worker] = [await bearer(service.key), await bearer(crew.key)];
    for (const by of [script, worker]) {
      expect((await problemOf(aTask(app(), by, worker))).code).toBe("forbidden");
      expect((await app().call(listTasks, by, {})).items).toEqual([]);
    }
    expect((await problemOf(app().call(claimTasks, worker, {}))).code).toBe("forbidden");
    const { lacks } = await app().call(getKey, owner, { id: crew.id });
    expect(lacks).toEqual(expect.arrayContaining(["tasks:claim", "tasks:write", "messages:write"]));
  });

  test("refuse calls that were already waiting", async () => {
    const { id, service, becomes } = await aCrew();
    const script = await bearer(service.key);
    const held = await holdPowers(app(), id);
    const demotion = becomes("viewer");
    await held.waiting(1);
    const made = outcomesOf<unknown>([makesKey(script), app().call(createAgent, script, { name: "Late" })]);
    await held.waiting(2);
    await held.release();
    await demotion;
    expect(await made).toEqual({ done: [], refused: { forbidden: 2 } });
  });
});

describe("adopting a key", () => {
  test("makes the person responsible for the key and for the keys made with it", async () => {
    const { id, owner, admin, service, crew, becomes } = await aCrew();
    const below = await makesKey(await bearer(service.key));
    await becomes("viewer");
    const adopted = await app().call(adoptKey, owner, { id: service.id });
    expect(adopted).toMatchObject({
      responsible_user_id: owner.id,
      responsible_role: "owner",
      created_by_user_id: admin.id,
    });
    await app().call(adoptKey, owner, { id: service.id });
    for (const { key } of [service, below]) await makesAgent(key);
    await app().call(removeMember, owner, { id, user_id: admin.id });
    for (const { key } of [service, below]) await makesAgent(key);
    expect((await problemOf(bearer(crew.key))).code).toBe("unauthenticated");
    const facts = (await factsOf(app(), id)).filter(({ type }) => type === "key.adopted");
    expect(facts).toMatchObject([
      { subject_id: service.id, data: { from_user_id: admin.id, to_user_id: owner.id, keys: 2 } },
    ]);
  });

  test("is for people who may manage keys, and not for one that has ended", async () => {
    const { id, owner, admin, service, crew, becomes } = await aCrew();
    expect((await problemOf(app().call(adoptKey, await bearer(service.key), { id: crew.id }))).code).toBe("forbidden");
    await becomes("member");
    const member = await aPerson(app(), id, "member");
    expect((await problemOf(app().call(adoptKey, member, { id: crew.id }))).code).toBe("forbidden");
    await app().call(removeMember, owner, { id, user_id: admin.id });
    expect((await problemOf(app().call(adoptKey, owner, { id: crew.id }))).code).toBe("conflict");
  });
});

test("a transfer of the workspace takes nothing from the giver's keys", async () => {
  const { id, owner, admin } = await aCrew();
  const { key } = await app().call(createKey, owner, { kind: "service", name: "Script", scopes: SCOPES });
  await app().call(transferWorkspace, owner, { id, user_id: admin.id });
  await makesAgent(key);
});

test("open invitations of a person who may no longer invite end", async () => {
  const { workspace, id, owner, admin, becomes } = await aCrew();
  const invitation = await anInvitation({ app: app(), owner: admin, workspace }, anEmail());
  await becomes("member");
  const { items } = await app().call(listInvitations, owner, { id });
  expect(items).toMatchObject([{ id: invitation.id, status: "revoked" }]);
  const types = (await factsOf(app(), id)).map(({ type }) => type);
  expect(types.slice(-2)).toEqual(["member.updated", "invitation.revoked"]);
});
