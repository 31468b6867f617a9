/** Tasks that no budget can pay do not delay other tasks, and are queued again when a budget can pay. */
import { expect, it } from "vitest";
import { aClaim, aTask } from "../../test/harness/builders.ts";
import { factsOf, useApp } from "../../test/harness/harness.ts";
import { outcomesOf, times } from "../../test/harness/outcomes.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, sweep } from "../../test/harness/team.ts";
import { cancelTask } from "./operations/cancel-task.ts";
import { claimTasks } from "./operations/claim-tasks.ts";
import { completeTask } from "./operations/complete-task.ts";
import { getTask } from "./operations/get-task.ts";

const app = useApp();

type Team = Awaited<ReturnType<typeof aTeam>>;

/** Creates a root with an empty budget and `count` children for the worker, before all other tasks. */
async function anUnpaidTree({ workspace, owner, worker }: Team, count: number): Promise<string> {
  const root = await aTask(app(), owner, worker, { budget_usd: 0, priority: 999_999 });
  await app().admin.query(
    `insert into tasks (workspace_id, id, title, priority, assigned_to_agent_id, parent_task_id, root_task_id, depth,
       budget_task_id, estimated_cost_nanos)
     select $1, gen_random_uuid(), 'Unpaid', 1000000, $2, $3, $3, 1, $3, 1 from generate_series(1, $4)`,
    [workspace.id, worker.id, root.id, count],
  );
  await app().admin.query("update tasks set child_count = $2, open_children = $2 where id = $1", [root.id, count]);
  return root.id;
}

it("10,000 unpaid tasks do not delay another task, and each claim blocks a hundred of them", async () => {
  const team = await aTeam(app());
  const { owner, worker } = team;
  const rootId = await anUnpaidTree(team, 10_000);
  const task = await aTask(app(), owner, worker, { priority: 1_000 });
  const { items, skipped } = await app().call(claimTasks, worker, { limit: 50 });
  expect(items.map(({ id }) => id)).toEqual([task.id]);
  expect(skipped).toHaveLength(10);
  expect(skipped[0]).toMatchObject({ code: "budget", reason: expect.stringContaining(rootId) });
  const count = "select count(*)::int as n from tasks where root_task_id = $1 and blocked_reason->>'code' = 'budget'";
  expect((await app().admin.query(count, [rootId])).rows).toEqual([{ n: 100 }]);
  const [first] = skipped;
  const blocked = await app().call(getTask, owner, { id: first?.task_id ?? "" });
  expect(blocked).toMatchObject({
    status: "blocked",
    blocked_reason: { code: "budget", next_step: expect.any(String) },
  });
  const facts = await factsOf(app(), team.workspace.id, blocked.id);
  expect(facts.map(({ type }) => type)).toEqual(["task.blocked", "governance.task_blocked"]);
  // The plan reads the queue in order. A plan that sorts or reads other rows would touch far more.
  const claimed = await app().call(claimTasks, worker, {});
  expect(claimed.items).toEqual([]);
});

it("a budget that can pay again unblocks as many tasks as it can pay together", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const root = await aTask(app(), owner, worker, { budget_usd: 1, priority: -1 });
  const fields = { parent_task_id: root.id, estimated_cost_usd: 0.5 };
  for (const _ of times(6, () => 0)) await aTask(app(), owner, worker, fields);
  const { items } = await app().call(claimTasks, worker, { limit: 10 });
  expect(items).toHaveLength(2);
  expect(await sweep(app(), workspace.id)).toMatchObject({ unblocked: 0 });
  for (const { id, fence } of items) await app().call(completeTask, worker, { id, fence: fence ?? 0 });
  expect(await sweep(app(), workspace.id)).toMatchObject({ unblocked: 2 });
  expect((await app().call(claimTasks, worker, { limit: 10 })).items).toHaveLength(2);
  await app().call(cancelTask, owner, { id: root.id });
  await checkTasks(app(), workspace.id);
});

it("one claim uses several budgets, each at most up to its amount", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  for (const budget_usd of [2, 3]) {
    const root = await aTask(app(), owner, worker, { budget_usd, priority: -1 });
    for (const priority of [1, 2, 3, 4]) {
      await aTask(app(), owner, worker, { parent_task_id: root.id, estimated_cost_usd: 1, priority });
    }
  }
  const { done } = await outcomesOf(times(4, () => app().call(claimTasks, worker, { limit: 3 })));
  expect(done.flatMap(({ items }) => items)).toHaveLength(5);
  await checkTasks(app(), workspace.id);
});

it("a long poll with an idempotency key continues to wait after it blocked a task", async () => {
  const team = await aTeam(app());
  await anUnpaidTree(team, 1);
  const waiting = app().call(claimTasks, team.worker, { wait_seconds: 20 }, { idempotencyKey: "one" });
  const blocked = "select 1 from tasks where workspace_id = $1 and blocked_by = 'guard'";
  while ((await app().admin.query(blocked, [team.workspace.id])).rowCount === 0);
  const task = await aTask(app(), team.owner, team.worker);
  expect((await waiting).items.map(({ id }) => id)).toEqual([task.id]);
  await expect(aClaim(app(), team.worker)).rejects.toThrow();
});
