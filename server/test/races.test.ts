/**
 * Many callers at once in two simulated processes: two pools, two dispatchers, one database.
 * `prove-guards.ts` proves that these tests can fail.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { archiveAgent } from "../src/agents/operations/archive-agent.ts";
import { pauseAgent } from "../src/agents/operations/pause-agent.ts";
import type { Actor } from "../src/kernel/actor.ts";
import { assignTask } from "../src/tasks/operations/assign-task.ts";
import { cancelTask } from "../src/tasks/operations/cancel-task.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../src/tasks/operations/complete-task.ts";
import { failTask } from "../src/tasks/operations/fail-task.ts";
import { getTask } from "../src/tasks/operations/get-task.ts";
import { heartbeatTask } from "../src/tasks/operations/heartbeat-task.ts";
import { retryTask } from "../src/tasks/operations/retry-task.ts";
import { startTask } from "../src/tasks/operations/start-task.ts";
import { anAgent, aRunningTask, aTask } from "./harness/builders.ts";
import { aPerson, createSecondApp, factsOf, type TestApp, useApp } from "./harness/harness.ts";
import { outcomesOf, times } from "./harness/outcomes.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { aTeam, sweep } from "./harness/team.ts";

const first = useApp();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(first());
});
afterAll(() => second.close());

const either = (index: number) => (index % 2 === 0 ? first() : second);
/** The number of times that each race runs: each run may have another order. */
const ROUNDS = 15;

async function typesOf(workspace: string, task: string): Promise<string[]> {
  return (await factsOf(first(), workspace, task)).map(({ type }) => type);
}

describe("starting", () => {
  it("32 start one task, the agent and people: one does, with one fact, and 31 conflict", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const admin = await aPerson(first(), workspace.id, "admin");
    for (let round = 0; round < ROUNDS; round++) {
      const { id } = await aTask(first(), owner, worker);
      const callers = [worker, owner, admin];
      const calls = times(32, (n) => either(n).call(startTask, callers[n % 3] ?? owner, { id }));
      const { done, refused } = await outcomesOf(calls);
      expect([done.length, refused]).toEqual([1, { illegal_step: 31 }]);
      expect(await typesOf(workspace.id, id)).toEqual(["task.created", "task.started"]);
    }
    await checkTasks(first(), workspace.id);
  });

  it("16 claimers take 2,000 tasks: each task is claimed once and none is lost", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const agents = [worker, ...(await Promise.all(times(3, () => anAgent(first(), workspace))))];
    const made = await Promise.all(times(2_000, (n) => aTask(either(n), owner, agents[n % 4] ?? worker)));
    const given = (await Promise.all(times(16, (n) => drain(either(n), agents[n % 4] ?? worker)))).flat();
    expect(given).toHaveLength(2_000);
    expect(new Set(given)).toEqual(new Set(made.map(({ id }) => id)));
    const starts = (await factsOf(first(), workspace.id)).filter(({ type }) => type === "task.started");
    expect(starts).toHaveLength(2_000);
    await checkTasks(first(), workspace.id);
  });

  it("an agent that may run three never runs four, with any claims and starts", async () => {
    const { workspace, owner } = await aTeam(first());
    const worker = await anAgent(first(), workspace, { max_running_tasks: 3 });
    const tasks = await Promise.all(times(20, () => aTask(first(), owner, worker)));
    const claims = times(10, (n) => either(n).call(claimTasks, worker, { limit: 2 }));
    const starts = tasks.slice(10).map(({ id }, n) => either(n).call(startTask, n % 2 ? owner : worker, { id }));
    const [claimed, started] = await Promise.all([outcomesOf(claims), outcomesOf(starts)]);
    expect(claimed.done.flatMap(({ items }) => items).length + started.done.length).toBe(3);
    await checkTasks(first(), workspace.id);
  });
});

describe("ending", () => {
  it("complete, cancel and assign at once: facts and row agree", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const other = await anAgent(first(), workspace);
    for (let round = 0; round < ROUNDS; round++) {
      const { id, fence } = await aRunningTask(first(), owner, worker);
      const { done } = await outcomesOf<unknown>([
        first().call(completeTask, worker, { id, fence, output: "Done." }),
        second.call(cancelTask, owner, { id }),
        second.call(assignTask, owner, { id, assigned_to_agent_id: other.id }),
        first().call(completeTask, owner, { id }),
        first().call(failTask, worker, { id, fence, reason: "Broken." }),
      ]);
      // A cancel may follow an assign; otherwise exactly one step succeeds.
      const types = await typesOf(workspace.id, id);
      const ends = types.filter((type) => ["task.completed", "task.canceled", "task.failed"].includes(type));
      expect(ends).toHaveLength(1);
      expect(done).toHaveLength(types.includes("task.assigned") ? 2 : 1);
    }
    await checkTasks(first(), workspace.id);
  });

  it("32 complete one task: one does", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const { id, fence } = await aRunningTask(first(), owner, worker);
    const calls = times(32, (n) => either(n).call(completeTask, worker, { id, fence, output: n }));
    const { done, refused } = await outcomesOf(calls);
    expect([done.length, refused]).toEqual([1, { illegal_step: 31 }]);
    expect((await first().call(getTask, owner, { id })).output).toBe(done[0]?.output);
    expect(await typesOf(workspace.id, id)).toEqual(["task.created", "task.started", "task.completed"]);
  });

  it("heartbeats against a sweep: the lease is kept or lost, never both", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    // The lease has ended for the second process and not for the first.
    second.clock.offsetMs = 61_000;
    for (let round = 0; round < ROUNDS; round++) {
      const { id, fence } = await aRunningTask(first(), owner, worker);
      const beat = () => first().call(heartbeatTask, worker, { id, fence, lease_seconds: 3_600 });
      const [beats, swept] = await Promise.all([outcomesOf([beat(), beat()]), sweep(second, workspace.id)]);
      const { status } = await first().call(getTask, owner, { id });
      const isKept = beats.done.length > 0;
      expect([beats.done.length, swept.leases_ended, status]).toEqual(isKept ? [2, 0, "running"] : [0, 1, "queued"]);
      await first().call(cancelTask, owner, { id });
    }
    second.clock.offsetMs = 0;
    await checkTasks(first(), workspace.id);
  });

  it("many sweeps at once end each lease once", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    for (let n = 0; n < 20; n++) {
      const { id, fence } = await aRunningTask(first(), owner, worker, { max_attempts: 1 + (n % 2) });
      await first().call(heartbeatTask, worker, { id, fence });
    }
    for (const app of [first(), second]) app.clock.offsetMs = 61_000;
    const swept = await outcomesOf(times(6, (n) => sweepAll(either(n), workspace.id)));
    for (const app of [first(), second]) app.clock.offsetMs = 0;
    expect(swept.refused).toEqual({});
    expect(swept.done.reduce((sum, ended) => sum + ended, 0)).toBe(20);
    await checkTasks(first(), workspace.id);
  });

  it("two retries at once create two tasks, and a dependent waits for one of them", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const { id, fence } = await aRunningTask(first(), owner, worker);
    const waiting = await aTask(first(), owner, worker, { depends_on: [id] });
    await first().call(failTask, worker, { id, fence, reason: "Broken." });
    const { done } = await outcomesOf(times(2, (n) => either(n).call(retryTask, owner, { id })));
    expect(done).toHaveLength(2);
    const { depends_on } = await first().call(getTask, owner, { id: waiting.id });
    expect(done.map((task) => task.id)).toContain(depends_on[0]);
    await checkTasks(first(), workspace.id);
    const keyed = times(8, (n) => either(n).call(retryTask, owner, { id }, { idempotencyKey: "again" }));
    expect(new Set((await outcomesOf(keyed)).done.map((task) => task.id)).size).toBe(1);
  });
});

describe("an agent that is stopped", () => {
  it("pause against claims: earlier claims run, and no task starts afterwards", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { workspace, owner, worker } = await aTeam(first());
      await Promise.all(times(10, () => aTask(first(), owner, worker)));
      const calls = times(8, (n) => either(n).call(claimTasks, worker, {}));
      const pause = second.call(pauseAgent, owner, { id: worker.id });
      const claimed = (await outcomesOf(calls)).done.flatMap(({ items }) => items);
      await pause;
      expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length);
      const after = await first().call(claimTasks, worker, {});
      expect(after.items).toEqual([]);
      expect(after.skipped.every(({ code }) => code === "agent_paused")).toBe(true);
      await checkTasks(first(), workspace.id);
    }
  });

  it("archive against claims and starts: no task of the agent runs afterwards", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { workspace, owner, worker } = await aTeam(first());
      const tasks = await Promise.all(times(10, () => aTask(first(), owner, worker)));
      const starts = tasks.slice(5).map(({ id }) => second.call(startTask, owner, { id }));
      const claims = times(4, (n) => either(n).call(claimTasks, worker, {}));
      const archive = either(round).call(archiveAgent, owner, { id: worker.id });
      const { refused } = await outcomesOf<unknown>([...starts, ...claims, archive]);
      // A claim passes over locked tasks, and may take a task before its start.
      expect(Object.keys(refused).filter((code) => !["blocked", "illegal_step"].includes(code))).toEqual([]);
      const { rows } = await first().admin.query(
        "select count(*)::int as running from tasks where workspace_id = $1 and status = 'running'",
        [workspace.id],
      );
      expect(rows).toEqual([{ running: 0 }]);
      await checkTasks(first(), workspace.id);
    }
  });
});

/** Sweeps until no expired lease is left. Returns the number of ended leases. */
async function sweepAll(app: TestApp, workspace: string): Promise<number> {
  const left = "select 1 from tasks where workspace_id = $1 and lease_expires_at is not null";
  let ended = 0;
  while ((await app.admin.query(left, [workspace])).rows.length > 0) {
    ended += (await sweep(app, workspace)).leases_ended;
  }
  return ended;
}

/** Claims until nothing is left. Returns the claimed tasks. */
async function drain(app: TestApp, agent: Actor): Promise<string[]> {
  const given: string[] = [];
  for (;;) {
    const { items } = await app.call(claimTasks, agent, { limit: 7 });
    if (items.length === 0) return given;
    given.push(...items.map(({ id }) => id));
  }
}
