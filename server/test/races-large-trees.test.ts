/** Trees with more tasks than one transaction ends: they stop at once and end in batches, while other callers work. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelTask } from "../src/tasks/operations/cancel-task.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { completeTask } from "../src/tasks/operations/complete-task.ts";
import { createTask } from "../src/tasks/operations/create-task.ts";
import { endNext } from "../src/tasks/operations/end-next.ts";
import { getTask } from "../src/tasks/operations/get-task.ts";
import { heartbeatTask } from "../src/tasks/operations/heartbeat-task.ts";
import { startTask } from "../src/tasks/operations/start-task.ts";
import { cancelDescendants, endNextBatch } from "../src/tasks/steps/ending.ts";
import { finish } from "../src/tasks/steps/finish.ts";
import { holdTask } from "../src/tasks/steps/hold.ts";
import { aClaim, anAgent, aTask } from "./harness/builders.ts";
import { createSecondApp, factsOf, problemOf, type TestApp, useApp } from "./harness/harness.ts";
import { heldBack } from "./harness/held-back.ts";
import { aLargeTree } from "./harness/large-tree.ts";
import { latch } from "./harness/latch.ts";
import { outcomesOf, times } from "./harness/outcomes.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { aTeam, dispatchOn, later, sweep } from "./harness/team.ts";

const first = useApp();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(first());
});
afterAll(() => second.close());

/** Runs two sweeps at once until nothing is left to end. Returns the larger number of turns. */
async function sweepAll(workspace: string): Promise<number> {
  for (let turns = 1; ; turns++) {
    const both = await Promise.all([sweep(first(), workspace), sweep(second, workspace)]);
    if (both.every(({ ended_later }) => ended_later === 0)) return turns;
  }
}

async function countOf(workspace: string, root: string): Promise<Record<string, number>> {
  const { rows } = await first().admin.query(
    "select status, count(*)::int as n from tasks where workspace_id = $1 and root_task_id = $2 group by 1",
    [workspace, root],
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, n]));
}

describe("a tree of 3,000", () => {
  it("stops with its cancel and ends in batches; the holders of its tasks are informed, and no task in it starts", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const other = await anAgent(first(), workspace);
    const { head, branchIds, leafIds, size } = await aLargeTree(first(), owner, other, 15);
    const [branch = "", leaf = ""] = [branchIds[0], leafIds[0]];
    await first().admin.query("update tasks set assigned_to_agent_id = $2, priority = 5 where id = any($1::uuid[])", [
      leafIds.slice(0, 2),
      worker.id,
    ]);
    const held = await aClaim(first(), worker);
    const canceled = await first().call(cancelTask, owner, { id: head.id });
    expect(canceled).toMatchObject({ status: "canceled", ending: size });
    const beat = { id: held.id, fence: held.fence };
    expect(await first().call(heartbeatTask, worker, beat)).toMatchObject({ cancel_requested: true });
    expect((await first().call(claimTasks, worker, { limit: 50 })).items).toEqual([]);
    expect((await first().call(claimTasks, other, { limit: 50 })).items).toEqual([]);
    const refused = await outcomesOf<unknown>([
      first().call(startTask, owner, { id: leafIds.find((id) => id !== held.id) ?? leaf }),
      first().call(cancelTask, owner, { id: head.id }),
      aTask(first(), owner, worker, { parent_task_id: branch }),
      aTask(first(), owner, worker, { parent_task_id: branch, budget_usd: 1 }),
    ]);
    expect(refused).toEqual({ done: [], refused: { illegal_step: 2, parent_finished: 2 } });
    expect(await sweepAll(workspace.id)).toBeGreaterThan(5);
    expect(await countOf(workspace.id, head.id)).toEqual({ canceled: size + 1 });
    expect(await first().call(heartbeatTask, worker, beat)).toMatchObject({ cancel_requested: true });
    const facts = await factsOf(first(), workspace.id);
    expect(facts.filter(({ type }) => type === "task.canceled")).toHaveLength(size + 1);
    await checkTasks(first(), workspace.id);
  });

  it("ends completely although others claim, complete and create children while it is canceled", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const { head, branchIds } = await aLargeTree(first(), owner, worker, 4);
    const held = await first().call(claimTasks, worker, { limit: 20 });
    const work = times(60, async (n): Promise<unknown> => {
      const app = n % 2 ? first() : second;
      if (n % 4 === 0) return app.call(claimTasks, worker, { limit: 3 });
      const [item] = held.items.slice(n % 20);
      if (n % 4 === 1 && item) return app.call(completeTask, worker, { id: item.id, fence: item.fence ?? 0 });
      return aTask(app, owner, worker, { parent_task_id: branchIds[n % 4] ?? head.id });
    });
    const cancels = times(2, (n) => (n ? first() : second).call(cancelTask, owner, { id: head.id }));
    const sweeps = times(3, () => sweep(second, workspace.id));
    const { refused } = await outcomesOf<unknown>([...work, ...cancels, ...sweeps]);
    expect(Object.keys(refused).filter((code) => !/parent_finished|illegal_step|lease_lost/.test(code))).toEqual([]);
    await sweepAll(workspace.id);
    expect(
      Object.keys(await countOf(workspace.id, head.id)).filter((status) => /queued|running|blocked/.test(status)),
    ).toEqual([]);
    await checkTasks(first(), workspace.id);
  });
});

it("a child that was created before the cancel and stored after it ends too", async () => {
  const { workspace, owner, worker } = await aTeam(first());
  const { head, branchIds } = await aLargeTree(first(), owner, worker, 3);
  const [made, open] = [latch(), latch()];
  const input = { title: "Late", assigned_to_agent_id: worker.id, parent_task_id: branchIds[0] ?? null };
  const late = first().call(heldBack(createTask, made, open.passed), owner, input);
  await made.passed;
  await second.call(cancelTask, owner, { id: head.id });
  open.pass();
  const { id } = await late;
  await sweepAll(workspace.id);
  expect(await first().call(getTask, owner, { id })).toMatchObject({ status: "canceled" });
  await checkTasks(first(), workspace.id);
});

describe("a large tree", () => {
  it("returns its budgets to the task that paid for them, in any batches", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const root = await aTask(first(), owner, worker, { budget_usd: 10, priority: -1 });
    const fields = { parent_task_id: root.id, budget_usd: 6 };
    const { head, branchIds } = await aLargeTree(first(), owner, worker, 3, fields);
    for (const parent_task_id of branchIds) {
      await aTask(first(), owner, worker, { parent_task_id, budget_usd: 1, estimated_cost_usd: 0.5, priority: 9 });
    }
    expect((await first().call(claimTasks, worker, { limit: 2 })).items).toHaveLength(2);
    await first().call(cancelTask, owner, { id: head.id });
    await sweepAll(workspace.id);
    expect(await first().call(getTask, owner, { id: root.id })).toMatchObject({
      budget_left_usd: 10,
      open_children: 0,
    });
    await checkTasks(first(), workspace.id);
  });

  it("repeats an interrupted batch completely", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const { head, size } = await aLargeTree(first(), owner, worker, 3);
    await first().call(cancelTask, owner, { id: head.id });
    await dispatchOn(first())(endNext, workspace.id, { group_id: head.id });
    const cut = first().db.transaction(workspace.id, async (tx) => {
      await endNextBatch(tx, head.id);
      throw new Error("The process ends here.");
    });
    await expect(cut).rejects.toThrow("ends here");
    await sweepAll(workspace.id);
    expect(await countOf(workspace.id, head.id)).toEqual({ canceled: size + 1 });
    await checkTasks(first(), workspace.id);
  });

  it("fails completely with its root after the last lease, and a task outside the tree is swept too", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const { head, size } = await aLargeTree(first(), owner, worker, 3, { max_attempts: 1, priority: 9 });
    const { fence } = await aClaim(first(), worker);
    await first().call(heartbeatTask, worker, { id: head.id, fence });
    const innocent = await aTask(first(), owner, worker, { priority: 8 });
    await aClaim(first(), worker);
    await later(first(), 61, () => sweep(first(), workspace.id));
    expect(await first().call(getTask, owner, { id: innocent.id })).toMatchObject({ status: "queued" });
    await sweepAll(workspace.id);
    expect(await countOf(workspace.id, head.id)).toEqual({ canceled: size, failed: 1 });
    await checkTasks(first(), workspace.id);
  });

  it("locks in one order, so that a batch and a cancel of a subtree do not deadlock", async () => {
    const { workspace, owner, worker } = await aTeam(first());
    const other = await anAgent(first(), workspace);
    const root = await aTask(first(), owner, worker);
    const { head } = await aLargeTree(first(), owner, worker, 3, { parent_task_id: root.id });
    // The two trees share no gate.
    const { admin } = first();
    await admin.query("update tasks set assigned_to_agent_id = $2 where id = $1", [head.id, other.id]);
    await first().call(cancelTask, owner, { id: root.id });
    const [listed, goOn] = [latch(), latch()];
    const tries = { cancel: 0, batch: 0 };
    const cancel = first().db.transaction(workspace.id, async (tx) => {
      tries.cancel++;
      const held = await holdTask(tx, head.id, { finishing: true });
      await cancelDescendants(tx, held, owner, "parent_canceled");
      listed.pass();
      await goOn.passed;
      await finish(tx, held, { status: "canceled", canceled_by: "user" }, tx.now);
    });
    await listed.passed;
    const batch = second.db.transaction(workspace.id, async (tx) => {
      tries.batch++;
      return endNextBatch(tx, root.id);
    });
    const waiting = "select from pg_locks where locktype = 'transactionid' and not granted";
    await expect.poll(async () => (await admin.query(waiting)).rowCount).toBeGreaterThan(0);
    goOn.pass();
    await Promise.all([cancel, batch]);
    expect(tries).toEqual({ cancel: 1, batch: 1 });
  });

  it("does not end in the sweep of another workspace", async () => {
    const { owner, worker } = await aTeam(first());
    const { head } = await aLargeTree(first(), owner, worker, 3);
    const stranger = await aTeam(first());
    expect((await problemOf(first().call(cancelTask, stranger.owner, { id: head.id }))).code).toBe("not_found");
  });
});
