/** The powers of a caller are checked again in the command's transaction. */
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAgent } from "../src/agents/operations/create-agent.ts";
import type { Actor } from "../src/kernel/actor.ts";
import { command, unchanged } from "../src/kernel/operation.ts";
import { Fields, Id } from "../src/kernel/schema.ts";
import { createKey } from "../src/keys/operations/create-key.ts";
import { revokeKey } from "../src/keys/operations/revoke-key.ts";
import { sendMessage } from "../src/messages/operations/send-message.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../src/tasks/operations/complete-task.ts";
import { createTask } from "../src/tasks/operations/create-task.ts";
import { heartbeatTask } from "../src/tasks/operations/heartbeat-task.ts";
import { createInvitation } from "../src/workspaces/operations/create-invitation.ts";
import { leaveWorkspace } from "../src/workspaces/operations/leave-workspace.ts";
import { removeMember } from "../src/workspaces/operations/remove-member.ts";
import { updateMember } from "../src/workspaces/operations/update-member.ts";
import { aRunningTask, aTask } from "./harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  type TestApp,
  type TestWorkspace,
  useApp,
} from "./harness/harness.ts";
import { outcomesOf, times } from "./harness/outcomes.ts";
import { holdPowers } from "./harness/powers.ts";

const app = useApp();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app());
});
afterAll(() => second.close());

const OWN = 15;
const PROCESSES = [
  ["on one process", () => app()],
  ["on two processes", () => second],
] as const;

async function roleOf({ id }: TestWorkspace, person: Actor): Promise<string | undefined> {
  const { rows } = await app().admin.query(
    "select role from members where workspace_id = $1 and user_id = $2 and ended_at is null",
    [id, person.id],
  );
  return rows[0]?.role;
}

/** Sends the change and then the calls while both wait for a lock. Then releases the lock. */
async function changeBefore<T>(workspace: string, change: () => Promise<unknown>, calls: () => Promise<T>[]) {
  const held = await holdPowers(app(), workspace);
  const changing = change();
  await held.waiting(1);
  const called = outcomesOf(calls());
  await held.waiting(2);
  await held.release();
  await changing;
  return called;
}

/** The actor of an agent with its own key. */
async function aKeyedAgent({ owner }: TestWorkspace) {
  const { id } = await app().call(createAgent, owner, { name: "Worker" });
  const made = await app().call(createKey, owner, { kind: "agent", agent_id: id, name: "Its key" });
  return { key: made.id, actor: await app().authenticate({ authorization: `Bearer ${made.key}` }) };
}

describe.each(PROCESSES)("a person, %s", (_, other) => {
  it("who is demoted does not become an admin again by a waiting call", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const admin = await aPerson(app(), id, "admin");
    const outcomes = await changeBefore(
      id,
      () => app().call(updateMember, owner, { id, user_id: admin.id, role: "viewer" }),
      () => times(OWN, () => other().call(updateMember, admin, { id, user_id: admin.id, role: "admin" })),
    );
    expect(outcomes).toEqual({ done: [], refused: { forbidden: OWN } });
    expect(await roleOf(workspace, admin)).toBe("viewer");
  });

  it("who is demoted at the same moment is never an admin afterwards", async () => {
    for (let round = 0; round < 8; round++) {
      const workspace = await aWorkspace(app());
      const { id, owner } = workspace;
      const admin = await aPerson(app(), id, "admin");
      const own = times(OWN, () => other().call(updateMember, admin, { id, user_id: admin.id, role: "admin" }));
      const [, outcomes] = await Promise.all([
        app().call(updateMember, owner, { id, user_id: admin.id, role: "viewer" }),
        outcomesOf(own),
      ]);
      expect(outcomes.done.length + (outcomes.refused.forbidden ?? 0)).toBe(OWN);
      expect(await roleOf(workspace, admin)).toBe("viewer");
      expect((await factsOf(app(), id)).map(({ data }) => data.to)).toEqual(["viewer"]);
    }
  });

  it("who is removed creates no invitation by a waiting call", async () => {
    const { id, owner } = await aWorkspace(app());
    const admin = await aPerson(app(), id, "admin");
    const outcomes = await changeBefore(
      id,
      () => app().call(removeMember, owner, { id, user_id: admin.id }),
      () => [other().call(createInvitation, admin, { id, email: "again@example.org", role: "admin" })],
    );
    expect(outcomes).toEqual({ done: [], refused: { not_found: 1 } });
    const { rows } = await app().admin.query("select from invitations where workspace_id = $1", [id]);
    expect(rows).toEqual([]);
  });

  it("who leaves creates no task by a waiting call, and others in the same group do", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const { actor: worker } = await aKeyedAgent(workspace);
    const member = await aPerson(app(), id, "member");
    const outcomes = await changeBefore(
      id,
      () => app().call(leaveWorkspace, member, { id }),
      () => [member, owner, member, owner].map((by) => aTask(other(), by, worker)),
    );
    expect(outcomes.refused).toEqual({ not_found: 2 });
    expect(outcomes.done.map(({ created_by_user_id }) => created_by_user_id)).toEqual([owner.id, owner.id]);
  });

  it("whose new role still permits the call succeeds with that role", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const { actor: worker } = await aKeyedAgent(workspace);
    const admin = await aPerson(app(), id, "admin");
    const outcomes = await changeBefore(
      id,
      () => app().call(updateMember, owner, { id, user_id: admin.id, role: "member" }),
      () => [aTask(other(), admin, worker)],
    );
    expect(outcomes.done).toHaveLength(1);
  });
});

it("an ended session writes nothing in a group with another session of the same person, and that session succeeds", async () => {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const { actor: worker } = await aKeyedAgent(workspace);
  const sessions = ["revoked", "open"].map((name) => ({ name, id: uuidv7() }));
  for (const { name, id } of sessions) {
    await app().admin.query(
      `insert into sessions (id, user_id, token_hash, kept_for, ip, user_agent, expires_at, revoked_at)
       values ($1, $2, $1::uuid::text, '1 day', '', '', now() + interval '1 day', case $3 when 'revoked' then now() end)`,
      [id, owner.id, name],
    );
  }
  for (const order of [sessions, sessions.toReversed()]) {
    const calls = order.map(({ name, id }) => aTask(app(), { ...owner, session_id: id }, worker, { title: name }));
    const { done, refused } = await outcomesOf(calls);
    expect([done.map(({ title }) => title), refused]).toEqual([["open"], { unauthenticated: 1 }]);
  }
});

describe.each(PROCESSES)("a key that is revoked, %s", (_, other) => {
  it("writes nothing after the revocation, and other calls of the group succeed", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const [gone, stays] = [await aKeyedAgent(workspace), await aKeyedAgent(workspace)];
    const held = await aRunningTask(app(), owner, gone.actor);
    await aTask(app(), owner, gone.actor);
    await aTask(app(), owner, stays.actor);
    const step = { id: held.id, fence: held.fence };
    const calls = (by: Actor): Promise<unknown>[] => [
      other().call(createTask, by, { title: "Late", assigned_to_agent_id: stays.actor.id }),
      other().call(claimTasks, by, {}),
      other().call(sendMessage, by, { content: "Late", to_user_id: owner.id }),
    ];
    const outcomes = await changeBefore(
      id,
      () => app().call(revokeKey, owner, { id: gone.key }),
      () => [
        ...calls(gone.actor),
        other().call(heartbeatTask, gone.actor, step),
        other().call(completeTask, gone.actor, step),
        ...calls(stays.actor),
      ],
    );
    expect(outcomes.refused).toEqual({ unauthenticated: 5 });
    expect(outcomes.done).toHaveLength(3);
    const facts = await factsOf(app(), id);
    const end = facts.findIndex(({ type }) => type === "key.revoked");
    expect(facts.slice(end).filter(({ actor_id }) => actor_id === gone.actor.id)).toEqual([]);
    expect(facts.slice(end).filter(({ actor_id }) => actor_id === stays.actor.id).length).toBeGreaterThanOrEqual(3);
  });
});

it("the database refuses a change of powers by a command without changesCredentials", async () => {
  const workspace = await aWorkspace(app());
  const { id, owner } = workspace;
  const member = await aPerson(app(), id, "member");
  const { key } = await aKeyedAgent(workspace);
  const changes: [string, string][] = [
    ["update members set role = 'viewer' where workspace_id = $1 and user_id = $2", member.id],
    ["update members set ended_at = bailiwick_now() where workspace_id = $1 and user_id = $2", member.id],
    ["update api_keys set revoked_at = bailiwick_now() where workspace_id = $1 and id = $2", key],
  ];
  for (const [place, [text, subject]] of changes.entries()) {
    const secretly = command({
      name: "test.powers",
      summary: "Change powers and do not say so.",
      route: "POST /test/powers",
      permission: "members:write",
      input: Fields({ id: Id }),
      output: Fields({}),
      problems: [],
      async run({ tx }, { id }) {
        await tx.statement(`test.powers-${place}`, text, [tx.workspace, id]);
        return unchanged({});
      },
    });
    await expect(app().call(secretly, owner, { id: subject })).rejects.toThrow("changesCredentials");
    await app().call({ ...secretly, changesCredentials: true }, owner, { id: subject });
  }
});
