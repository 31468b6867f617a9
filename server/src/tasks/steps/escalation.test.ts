import { describe, expect, it } from "vitest";
import { aClaim, anAgent, aRunningTask, aTask } from "../../../test/harness/builders.ts";
import { aWorkspace, factsOf, problemOf, type TestWorkspace, useApp } from "../../../test/harness/harness.ts";
import { checkTasks } from "../../../test/harness/task-invariants.ts";
import { later, sweep } from "../../../test/harness/team.ts";
import { archiveAgent } from "../../agents/operations/archive-agent.ts";
import { listGovernanceAudit } from "../../audit/operations.ts";
import type { Actor } from "../../kernel/actor.ts";
import { createStop } from "../../stops/operations/create-stop.ts";
import { liftStop } from "../../stops/operations/lift-stop.ts";
import { setRole } from "../../team/operations/set-role.ts";
import { setRules } from "../../team/operations/set-rules.ts";
import { assignTask } from "../operations/assign-task.ts";
import { completeTask } from "../operations/complete-task.ts";
import { escalateTask } from "../operations/escalate-task.ts";
import { getTask } from "../operations/get-task.ts";
import { startTask } from "../operations/start-task.ts";

const app = useApp();
const REASON = { reason: "I may not decide this." };
const DAY_SECONDS = 86_400;

const give = (workspace: TestWorkspace, agent: Actor, fields: Record<string, unknown>) =>
  app().call(setRole, workspace.owner, { agent_id: agent.id, ...fields });

async function aSupervisor(workspace: TestWorkspace, fields: Record<string, unknown> = {}): Promise<Actor> {
  const agent = await anAgent(app(), workspace, { name: "Supervisor" });
  await give(workspace, agent, { role: "supervisor", ...fields });
  return agent;
}

/** A worker, its supervisor, the supervisor's supervisor, and a default supervisor outside this line. */
async function aHierarchy() {
  const workspace = await aWorkspace(app());
  const top = await aSupervisor(workspace);
  const boss = await aSupervisor(workspace, { reports_to: top.id });
  const standby = await aSupervisor(workspace);
  const worker = await anAgent(app(), workspace);
  await give(workspace, worker, { role: "worker", reports_to: boss.id });
  await app().call(setRules, workspace.owner, { default_supervisor_agent_id: standby.id });
  return { workspace, owner: workspace.owner, top, boss, standby, worker };
}

async function lastFact(workspace: string, id: string): Promise<string | undefined> {
  return (await factsOf(app(), workspace, id)).at(-1)?.type;
}

describe("escalating", () => {
  it("assigns a running task to the supervisor, with its event and the governance fact, and voids the fence", async () => {
    const { workspace, owner, worker, boss } = await aHierarchy();
    const task = await aRunningTask(app(), owner, worker);
    const given = await app().call(escalateTask, worker, { id: task.id, fence: task.fence, ...REASON });
    expect(given).toMatchObject({
      status: "queued",
      assigned_to_agent_id: boss.id,
      escalated_from: [worker.id],
      lease_expires_at: null,
      escalates_at: expect.any(String),
    });
    expect(await lastFact(workspace.id, task.id)).toBe("task.escalated");
    const { items } = await app().call(listGovernanceAudit, owner, {});
    expect(items).toMatchObject([
      {
        event_type: "task_escalated",
        details: { task_id: task.id, from_agent_id: worker.id, to_agent_id: boss.id, ...REASON },
      },
    ]);
    const stale = await problemOf(app().call(completeTask, worker, { id: task.id, fence: task.fence, output: 1 }));
    expect(stale.code).toBe("lease_lost");
    expect((await aClaim(app(), boss)).id).toBe(task.id);
    await checkTasks(app(), workspace.id);
  });

  it("goes up level by level, then to the default supervisor, then waits for a person: never in a circle", async () => {
    const { workspace, owner, worker, boss, top, standby } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    for (const [from, to] of [
      [worker, boss],
      [boss, top],
      [top, standby],
    ] as const) {
      expect(await app().call(escalateTask, from, { id, ...REASON })).toMatchObject({ assigned_to_agent_id: to.id });
    }
    const waiting = await app().call(escalateTask, standby, { id, ...REASON });
    expect(waiting).toMatchObject({
      status: "blocked",
      assigned_to_agent_id: standby.id,
      blocked_reason: { code: "waiting_for_person", ...REASON, next_step: expect.any(String) },
    });
    expect(await app().call(startTask, owner, { id })).toMatchObject({ status: "running" });
    await checkTasks(app(), workspace.id);
  });

  it("starts from the first level again after a person assigned the task", async () => {
    const { owner, worker, boss } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, ...REASON });
    const assigned = await app().call(assignTask, owner, { id, assigned_to_agent_id: worker.id });
    expect(assigned).toMatchObject({ escalated_from: [], escalates_at: null });
    const again = await app().call(escalateTask, worker, { id, ...REASON });
    expect(again).toMatchObject({ assigned_to_agent_id: boss.id });
  });

  it("ends at a person also when every agent above assigns it back", async () => {
    const { workspace, owner, worker, boss, top, standby } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    for (const above of [boss, top, standby]) {
      expect(await app().call(escalateTask, worker, { id, ...REASON })).toMatchObject({
        assigned_to_agent_id: above.id,
      });
      await app().call(assignTask, above, { id, assigned_to_agent_id: worker.id });
    }
    const escalated = await app().call(escalateTask, worker, { id, ...REASON });
    expect(escalated).toMatchObject({ status: "blocked", blocked_reason: { code: "waiting_for_person" } });
    expect(escalated.escalated_from).toEqual([worker.id, boss.id, top.id, standby.id]);
    await checkTasks(app(), workspace.id);
  });

  it("agents assign a task to each other twenty times, then a person must", async () => {
    const { owner, boss, top } = await aHierarchy();
    const { id } = await aTask(app(), owner, boss);
    const pass = (from: Actor, to: Actor) => app().call(assignTask, from, { id, assigned_to_agent_id: to.id });
    for (let n = 0; n < 10; n++) {
      await pass(boss, top);
      await pass(top, boss);
    }
    const refused = await problemOf(pass(boss, top));
    expect([refused.code, refused.status, refused.details.next_step]).toEqual([
      "handover_limit",
      409,
      expect.stringContaining("person"),
    ]);
    await pass(owner, boss);
    expect(await pass(boss, top)).toMatchObject({ status: "queued", assigned_to_agent_id: top.id });
  });

  it("needs the fence of a running task, a role that may escalate, and an own open task", async () => {
    const { workspace, owner, worker, boss } = await aHierarchy();
    const task = await aRunningTask(app(), owner, worker);
    const ask = (actor: Actor, more: Record<string, unknown> = {}) =>
      problemOf(app().call(escalateTask, actor, { id: task.id, ...REASON, ...more }));
    expect(await ask(worker)).toMatchObject({ code: "invalid_input", details: { errors: [{ path: "/fence" }] } });
    expect((await ask(boss, { fence: task.fence })).code).toBe("not_assignee");
    await give(workspace, worker, { can_escalate_to_supervisor: false });
    expect(await ask(worker, { fence: task.fence })).toMatchObject({
      code: "not_assignable",
      message: expect.stringContaining("may not escalate"),
    });
    await app().call(completeTask, worker, { id: task.id, fence: task.fence });
    expect((await ask(owner)).code).toBe("illegal_step");
  });

  it("under a stale fence is stored as a late result and changes nothing else", async () => {
    const { owner, worker, boss } = await aHierarchy();
    const task = await aRunningTask(app(), owner, worker);
    await app().call(assignTask, owner, { id: task.id, assigned_to_agent_id: boss.id });
    const late = app().call(escalateTask, worker, { id: task.id, fence: task.fence, ...REASON });
    expect((await problemOf(late)).code).toBe("lease_lost");
    const { events, ...seen } = await app().call(getTask, owner, { id: task.id });
    expect(seen).toMatchObject({ has_late_result: true, assigned_to_agent_id: boss.id, status: "queued" });
    expect(events.find(({ event_type }) => event_type === "late_result")).toMatchObject({
      payload: { step: "escalate", ...REASON },
    });
  });
});

describe("a deadline", () => {
  it("that passes before an agent begins makes the system escalate the task one level further", async () => {
    const { workspace, owner, worker, boss, top } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, ...REASON, deadline_seconds: 30 });
    expect(await sweep(app(), workspace.id)).toMatchObject({ escalated: 0 });
    await later(app(), 31, async () => {
      expect(await sweep(app(), workspace.id)).toMatchObject({ escalated: 1 });
      const seen = await app().call(getTask, owner, { id });
      expect(seen).toMatchObject({ assigned_to_agent_id: top.id, escalated_from: [worker.id, boss.id] });
      expect(await sweep(app(), workspace.id)).toMatchObject({ escalated: 0 });
      await checkTasks(app(), workspace.id);
    });
  });

  it("begins again while a stop forbids that anybody begins", async () => {
    const { workspace, owner, worker, boss, top } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, ...REASON, deadline_seconds: 30 });
    const stop = await app().call(createStop, owner, { scope: "workspace", ...REASON });
    const assignee = async () => (await app().call(getTask, owner, { id })).assigned_to_agent_id;
    await later(app(), 31, async () => {
      await sweep(app(), workspace.id);
      expect(await assignee()).toBe(boss.id);
      await app().call(liftStop, owner, { id: stop.id, ...REASON });
      await sweep(app(), workspace.id);
      expect(await assignee()).toBe(boss.id);
    });
    await later(app(), 62, async () => {
      await sweep(app(), workspace.id);
      expect(await assignee()).toBe(top.id);
    });
  });

  it("does not change a task that an agent has begun", async () => {
    const { workspace, owner, worker, boss } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, ...REASON, deadline_seconds: 30 });
    await app().call(startTask, boss, { id, lease_seconds: 3_600 });
    await later(app(), 31, async () => {
      expect(await sweep(app(), workspace.id)).toMatchObject({ escalated: 0 });
      expect(await app().call(getTask, owner, { id })).toMatchObject({ status: "running" });
    });
  });

  it("moves the task one level, also with two sweeps at once", async () => {
    const { workspace, owner, worker, top } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, ...REASON, deadline_seconds: 30 });
    await later(app(), 31, async () => {
      await Promise.all([sweep(app(), workspace.id), sweep(app(), workspace.id), sweep(app(), workspace.id)]);
      expect(await app().call(getTask, owner, { id })).toMatchObject({ assigned_to_agent_id: top.id });
    });
  });
});

describe("at the same time", () => {
  it("one of many escalations of a task wins", async () => {
    const { workspace, owner, worker, boss } = await aHierarchy();
    const task = await aRunningTask(app(), owner, worker);
    const input = { id: task.id, fence: task.fence, ...REASON };
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => app().call(escalateTask, worker, input)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await app().call(getTask, owner, { id: task.id })).toMatchObject({ assigned_to_agent_id: boss.id });
    const facts = await factsOf(app(), workspace.id, task.id);
    expect(facts.filter(({ type }) => type === "task.escalated")).toHaveLength(1);
  });

  it("no task waits for a supervisor that is archived during an escalation", async () => {
    for (let round = 0; round < 6; round++) {
      const { workspace, owner, worker, boss, top } = await aHierarchy();
      const { id } = await aTask(app(), owner, worker);
      await Promise.allSettled([
        app().call(escalateTask, worker, { id, ...REASON }),
        app().call(archiveAgent, owner, { id: boss.id, confirm: true }),
      ]);
      await later(app(), 1, () => sweep(app(), workspace.id));
      const seen = await app().call(getTask, owner, { id });
      expect(seen).toMatchObject({ status: "queued", assigned_to_agent_id: top.id });
      await checkTasks(app(), workspace.id);
    }
  });

  it("archiving a supervisor is refused with the number of its open escalations", async () => {
    const { owner, worker, boss } = await aHierarchy();
    const { id } = await aTask(app(), owner, worker);
    await app().call(escalateTask, worker, { id, ...REASON });
    expect(await problemOf(app().call(archiveAgent, owner, { id: boss.id }))).toMatchObject({
      code: "conflict",
      details: { stranded: { open_escalations: 1, reports: [worker.id] } },
    });
  });
});

it("without an agent above, the task waits for a person at once", async () => {
  const workspace = await aWorkspace(app());
  const worker = await anAgent(app(), workspace);
  const { id } = await aTask(app(), workspace.owner, worker);
  const waiting = await app().call(escalateTask, worker, { id, ...REASON });
  expect(waiting).toMatchObject({ status: "blocked", blocked_reason: { code: "waiting_for_person" } });
  await later(app(), DAY_SECONDS, () => sweep(app(), workspace.id));
  expect(await app().call(getTask, workspace.owner, { id })).toMatchObject({ status: "blocked" });
});
