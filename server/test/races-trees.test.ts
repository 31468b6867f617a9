/** Many callers at once on trees of tasks: children, budgets, dependencies and cancels. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Actor } from "../src/kernel/actor.ts";
import { cancelTask } from "../src/tasks/operations/cancel-task.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../src/tasks/operations/complete-task.ts";
import { createTask } from "../src/tasks/operations/create-task.ts";
import { failTask } from "../src/tasks/operations/fail-task.ts";
import { getTask } from "../src/tasks/operations/get-task.ts";
import { listTaskEvents } from "../src/tasks/operations/list-task-events.ts";
import { startTask } from "../src/tasks/operations/start-task.ts";
import type { Task } from "../src/tasks/schema.ts";
import { anAgent, aRunningTask, aTask } from "./harness/builders.ts";
import { testEnvironment } from "./harness/environment.ts";
import { createSecondApp, problemOf, type TestApp, useApp } from "./harness/harness.ts";
import { heldBack } from "./harness/held-back.ts";
import { latch } from "./harness/latch.ts";
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
const ROUNDS = 15;

describe("children", () => {
  it("reach the fan-out limit of a parent exactly, with and without budgets", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const root = await aTask(first(), owner, worker);
    const env = testEnvironment({ settings: { taskFanOutMax: 40 } });
    const narrow = times(2, () => createSecondApp(first(), { env }));
    const calls = times(60, (n) =>
      aTask(narrow[n % 2] ?? first(), owner, worker, {
        parent_task_id: root.id,
        ...(n % 3 === 0 && { budget_usd: 1 }),
      }),
    );
    const { done, refused } = await outcomesOf(calls);
    expect([done.length, refused]).toEqual([40, { fan_out_limit: 20 }]);
    await checkTasks(first(), workspace.id);
    await Promise.all(narrow.map((app) => app.close()));
  });

  it("that finish together are all counted, and their parent finishes once", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    for (let round = 0; round < ROUNDS; round++) {
      const root = await aRunningTask(first(), owner, worker);
      await Promise.all(times(6, () => aTask(first(), worker, worker, { parent_task_id: root.id })));
      const { items } = await first().call(claimTasks, worker, { limit: 6 });
      const finish = (task: Task, n: number) =>
        n % 3 === 0
          ? either(n).call(failTask, owner, { id: task.id, reason: "Broken." })
          : either(n).call(completeTask, worker, { id: task.id, fence: task.fence ?? 0 });
      await Promise.all(items.map(finish));
      const ends = times(4, (n) => either(n).call(completeTask, worker, { id: root.id, fence: root.fence }));
      expect((await outcomesOf(ends)).done).toHaveLength(1);
    }
    await checkTasks(first(), workspace.id);
  });

  it("created below a task during its cancel are canceled too, or refused", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const other = await anAgent(first(), workspace);
    for (let round = 0; round < ROUNDS; round++) {
      const root = await aTask(first(), owner, worker);
      const child = await aTask(first(), owner, other, { parent_task_id: root.id });
      const makes = times(6, (n) => aTask(either(n), owner, n < 3 ? worker : other, { parent_task_id: child.id }));
      const cancel = either(round).call(cancelTask, owner, { id: root.id });
      const { refused } = await outcomesOf<unknown>([...makes, cancel]);
      expect(Object.keys(refused).filter((code) => code !== "parent_finished")).toEqual([]);
      await checkTasks(first(), workspace.id);
    }
  });

  it("created between the look and the lock of a cancel are canceled with the rest", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const root = await aTask(first(), owner, worker);
    const child = await aTask(first(), owner, worker, { parent_task_id: root.id });
    const [made, open] = [latch(), latch()];
    const make = heldBack(createTask, made, open.passed);
    const input = { title: "Late", assigned_to_agent_id: worker.id, parent_task_id: child.id };
    const grandchild = first().call(make, owner, input);
    await made.passed;
    const cancel = second.call(cancelTask, owner, { id: root.id });
    await waitingForLock(1);
    open.pass();
    await Promise.all([grandchild, cancel]);
    await checkTasks(first(), workspace.id);
  });

  it("that wait for each other's trees in a circle cannot be created, also at the same moment", async () => {
    const { owner, worker } = await aTeam(first());
    const [left, right] = [await aTask(first(), owner, worker), await aTask(first(), owner, worker)];
    const [leftChild, rightChild] = await Promise.all(
      [left, right].map(({ id }) => aTask(first(), owner, worker, { parent_task_id: id })),
    );
    const below = (parent: Task | undefined, on: Task) => ({
      title: "Waits",
      assigned_to_agent_id: worker.id,
      parent_task_id: parent?.id ?? null,
      depends_on: [on.id],
    });
    const [made, open] = [latch(), latch()];
    const one = first().call(heldBack(createTask, made, open.passed), owner, below(leftChild, right));
    await made.passed;
    const missed = latch();
    const tried = {
      ...createTask,
      run: (...call: Parameters<typeof createTask.run>) =>
        createTask.run(...call).catch((error: unknown) => {
          missed.pass();
          throw error;
        }),
    };
    const two = outcomesOf([second.call(tried, owner, below(rightChild, left))]);
    await missed.passed;
    open.pass();
    await one;
    expect((await two).refused).toEqual({ dependency_cycle: 1 });
  });
});

describe("budgets", () => {
  it("never pay children more than they hold, also for many children at once", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const root = await aTask(first(), owner, worker, { budget_usd: 1 });
    const calls = times(40, (n) => aTask(either(n), owner, worker, { parent_task_id: root.id, budget_usd: 0.1 }));
    const { done, refused } = await outcomesOf(calls);
    expect([done.length, refused]).toEqual([10, { budget_exceeded: 30 }]);
    expect(await first().call(getTask, owner, { id: root.id })).toMatchObject({ budget_left_usd: 0 });
    await checkTasks(first(), workspace.id);
  });

  it("never reserve more than the tree holds for 16 claimers of four agents, who finish all tasks", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const agents = [worker, ...(await Promise.all(times(3, () => anAgent(first(), workspace))))];
    const root = await aTask(first(), owner, worker, { budget_usd: 1, priority: -9 });
    const fields = { parent_task_id: root.id, estimated_cost_usd: 0.2 };
    await Promise.all(times(40, (n) => aTask(either(n), owner, agents[n % 4] ?? worker, fields)));
    const claims = times(16, (n) => either(n).call(claimTasks, agents[n % 4] ?? worker, { limit: 2 }));
    const { done, refused } = await outcomesOf(claims);
    expect(refused).toEqual({});
    expect(done.flatMap(({ items }) => items)).toHaveLength(5);
    await checkTasks(first(), workspace.id);
    for (const { items } of done) await finishAll(items, owner);
    const finished = await Promise.all(times(8, (n) => workOff(either(n), agents[n % 4] ?? worker, root.id)));
    expect(finished.reduce((sum, count) => sum + count, 0)).toBe(35);
    expect(await first().call(getTask, owner, { id: root.id })).toMatchObject({ budget_left_usd: 1, open_children: 0 });
    await checkTasks(first(), workspace.id);
  });
});

describe("dependencies", () => {
  it("on a task that completes at the same moment do not leave the dependent waiting", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    for (let round = 0; round < ROUNDS; round++) {
      const { id, fence } = await aRunningTask(first(), owner, worker);
      const makes = times(4, (n) => aTask(either(n), owner, worker, { depends_on: [id] }));
      await Promise.all([either(round).call(completeTask, worker, { id, fence }), ...makes]);
      expect((await first().call(claimTasks, worker, { limit: 50 })).items).toHaveLength(4);
    }
    await checkTasks(first(), workspace.id);
  });
});

describe("the events of a task", () => {
  it("are in the order in which they happened, also when the later transaction began first", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const other = await anAgent(first(), workspace);
    expect(worker.id < other.id).toBe(true);
    const root = await aTask(first(), owner, worker);
    const child = await aTask(first(), owner, other, { parent_task_id: root.id });
    const holder = await first().admin.connect();
    await holder.query("begin");
    await holder.query("select 1 from gates where agent_id = $1 for update", [other.id]);
    const start = second.call(startTask, other, { id: child.id });
    await waitingForLock(1);
    // The other transaction writes to the first agent's gate and so gets its number before the start.
    const cancel = first().call(cancelTask, owner, { id: root.id });
    await waitingForLock(2);
    await holder.query("commit");
    holder.release();
    await Promise.all([start, cancel]);
    const { items } = await first().call(listTaskEvents, owner, { id: child.id });
    expect(items.map(({ event_type }) => event_type)).toEqual(["created", "started", "canceled"]);
    expect(items.at(-1)?.payload).toMatchObject({ previous_status: "running" });
    await checkTasks(first(), workspace.id);
  });

  it("does not wait for the lock of another workspace", async () => {
    const { owner, worker } = await aTeam(first());
    const stranger = await aTeam(second);
    const root = await aTask(first(), owner, worker);
    expect((await problemOf(second.call(cancelTask, stranger.owner, { id: root.id }))).code).toBe("not_found");
  });
});

async function finishAll(items: readonly Task[], by: Actor): Promise<void> {
  for (const [n, { id }] of items.entries()) await either(n).call(completeTask, by, { id });
}

/** Claims and completes until all tasks but the root are done. Returns the number of completed tasks. */
async function workOff(app: TestApp, agent: Actor, rootId: string): Promise<number> {
  let done = 0;
  for (;;) {
    const { items } = await app.call(claimTasks, agent, {});
    for (const { id, fence } of items) {
      if (id === rootId) return done;
      await app.call(completeTask, agent, { id, fence: fence ?? 0 });
      done++;
    }
    // Tasks that the budget could not pay for a moment were blocked.
    if (items.length === 0) await sweep(app, agent.workspace);
    const { rows } = await app.admin.query("select open_children from tasks where id = $1", [rootId]);
    if (rows[0].open_children === 0) return done;
  }
}

/** Waits until this number of sessions of the database wait for a lock. */
async function waitingForLock(count: number): Promise<void> {
  for (;;) {
    const { rows } = await first().admin.query(
      "select count(*)::int as n from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
      [first().database],
    );
    if (rows[0].n >= count) return;
  }
}
