/** The rules of the team at create, assign and retry, for the keys of all kinds of callers. */
import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import { listGovernanceAudit } from "../audit/operations.ts";
import type { Actor } from "../kernel/actor.ts";
import { setRole } from "../team/operations/set-role.ts";
import { setRules } from "../team/operations/set-rules.ts";
import { assignTask } from "./operations/assign-task.ts";
import { blockTask } from "./operations/block-task.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { completeTask } from "./operations/complete-task.ts";
import { createTask } from "./operations/create-task.ts";
import { getTask } from "./operations/get-task.ts";
import { retryTask } from "./operations/retry-task.ts";

const app = useApp();

/** Creates a workspace that requires a supervisor, with one agent of each role. */
async function aRuledTeam(rules: Record<string, boolean> = {}) {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const agent = async (fields?: { role: "supervisor" | "worker" } & Record<string, unknown>): Promise<Actor> => {
    const made = await anAgent(app(), workspace);
    if (fields) await app().call(setRole, owner, { agent_id: made.id, ...fields });
    return made;
  };
  const [boss, worker, peer] = [
    await agent({ role: "supervisor" }),
    await agent({ role: "worker", can_assign_to_peers: true }),
    await agent({ role: "worker" }),
  ];
  const [mute, stranger] = [await agent({ role: "worker", can_escalate_to_supervisor: false }), await agent()];
  await app().call(setRules, owner, { require_supervisor_for_tasks: true, ...rules });
  return { workspace, owner, boss, worker, peer, mute, stranger };
}

const CASES = [
  ["boss", "peer", true, true],
  ["boss", "stranger", true, true],
  ["worker", "worker", true, true],
  ["worker", "boss", true, true],
  ["worker", "peer", false, true],
  ["peer", "worker", false, false],
  ["mute", "boss", false, false],
  ["stranger", "boss", true, true],
  ["stranger", "worker", false, true],
  ["stranger", "stranger", false, true],
] as const;

describe.each(CASES)("%s to %s: without peers %s, with peers %s", (from, to, without, withPeers) => {
  it.each([
    [false, without],
    [true, withPeers],
  ])("with allow_peer_assignment %s", async (allow_peer_assignment, isAllowed) => {
    const team = await aRuledTeam({ allow_peer_assignment });
    const given = await aTask(app(), team.owner, team[from]);
    const ways = [
      () => app().call(createTask, team[from], { title: "Given", assigned_to_agent_id: team[to].id }),
      () => app().call(assignTask, team[from], { id: given.id, assigned_to_agent_id: team[to].id }),
    ];
    for (const way of ways) {
      const before = await factsOf(app(), team.workspace.id);
      if (isAllowed) {
        expect(await way()).toMatchObject({ assigned_to_agent_id: team[to].id });
        continue;
      }
      expect((await problemOf(way())).code).toBe("not_assignable");
      expect(await factsOf(app(), team.workspace.id)).toEqual(before);
    }
  });
});

it("people may assign to any agent", async () => {
  const { owner, mute } = await aRuledTeam();
  expect(await aTask(app(), owner, mute)).toMatchObject({ assigned_to_agent_id: mute.id });
});

it("a retry obeys the rules of an assignment", async () => {
  const { owner, worker, peer } = await aRuledTeam({ allow_peer_assignment: true });
  const task = await aTask(app(), worker, peer);
  await app().call(cancelTask, worker, { id: task.id });
  await app().call(setRules, owner, { allow_peer_assignment: false });
  expect((await problemOf(app().call(retryTask, worker, { id: task.id }))).code).toBe("not_assignable");
  expect(await app().call(retryTask, owner, { id: task.id })).toMatchObject({ retry_of: task.id });
});

it("the rules decide on each of many calls at once", async () => {
  const team = await aRuledTeam();
  const pairs = Array.from({ length: 40 }, (_, index) => CASES[index % CASES.length] ?? CASES[0]);
  const results = await Promise.allSettled(
    pairs.map(([from, to]) => app().call(createTask, team[from], { title: "x", assigned_to_agent_id: team[to].id })),
  );
  expect(results.map(({ status }) => status === "fulfilled")).toEqual(pairs.map(([, , without]) => without));
});

it("an assignment to a supervisor is an escalation too, for every kind of caller", async () => {
  const { owner, boss, peer, worker } = await aRuledTeam();
  const task = await aTask(app(), owner, worker);
  await app().call(assignTask, owner, { id: task.id, assigned_to_agent_id: peer.id });
  await app().call(assignTask, owner, { id: task.id, assigned_to_agent_id: boss.id, reason: "Too hard." });
  const { items } = await app().call(listGovernanceAudit, owner, {});
  expect(items.map(({ event_type }) => event_type).sort()).toEqual([
    "task_escalated",
    "task_reassigned",
    "task_reassigned",
  ]);
  const types = (await factsOf(app(), task.workspace_id, task.id)).map(({ type }) => type);
  expect(types.at(-1)).toBe("task.assigned");
});

it("assign changes nothing when the agent already runs the task or has it in its queue", async () => {
  const { owner, worker } = await aTeam(app());
  const waiting = await aTask(app(), owner, worker);
  const running = await aRunningTask(app(), owner, worker);
  for (const [task, status] of [
    [waiting, "queued"],
    [running, "running"],
  ] as const) {
    const before = await app().call(getTask, owner, { id: task.id });
    for (const actor of [owner, worker]) {
      const again = { id: task.id, assigned_to_agent_id: worker.id.toUpperCase() };
      expect(await app().call(assignTask, actor, again)).toMatchObject({ id: task.id, status });
    }
    expect(await app().call(getTask, owner, { id: task.id })).toEqual(before);
  }
  expect((await app().call(listGovernanceAudit, owner, {})).items).toEqual([]);
  const held = { id: running.id, fence: running.fence };
  expect(await app().call(completeTask, worker, held)).toMatchObject({ status: "completed", attempt: 1 });
});

it("assign queues a blocked task of the same agent again", async () => {
  const { owner, worker } = await aTeam(app());
  const { id, fence } = await aRunningTask(app(), owner, worker);
  await app().call(blockTask, worker, { id, fence, reason: "need a key" });
  const again = await app().call(assignTask, owner, { id, assigned_to_agent_id: worker.id });
  expect(again).toMatchObject({ status: "queued", blocked_reason: null });
});
