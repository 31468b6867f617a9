/** The limit of open tasks is exact while callers create and end tasks at once. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { archiveAgent } from "../src/agents/operations/archive-agent.ts";
import { cancelTask } from "../src/tasks/operations/cancel-task.ts";
import { retryTask } from "../src/tasks/operations/retry-task.ts";
import { anAgent, aTask } from "./harness/builders.ts";
import { testEnvironment } from "./harness/environment.ts";
import { createSecondApp, problemOf, type TestApp, useApp } from "./harness/harness.ts";
import { outcomesOf, times } from "./harness/outcomes.ts";
import { checkTasks } from "./harness/task-invariants.ts";
import { aTeam, sweep } from "./harness/team.ts";

const app = useApp();
const MAX = { openTasksPerRootMax: 5, openTasksMax: 12 };
let apps: TestApp[] = [];
beforeAll(() => {
  apps = times(2, () => createSecondApp(app(), { env: testEnvironment({ settings: MAX }) }));
});
afterAll(() => Promise.all(apps.map((one) => one.close())));

const either = (n: number) => apps[n % 2] ?? expect.fail("There are two.");

describe("open tasks", () => {
  it("below one root reach the limit exactly, with and without budgets", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const root = await aTask(either(0), owner, worker);
    const calls = times(12, (n) =>
      aTask(either(n), owner, worker, { parent_task_id: root.id, ...(n % 3 === 0 && { budget_usd: 1 }) }),
    );
    const { done, refused } = await outcomesOf(calls);
    expect([done.length, refused]).toEqual([5, { open_tasks_limit: 7 }]);
    const [child] = done;
    const below = { parent_task_id: child?.id ?? null };
    expect((await problemOf(aTask(either(1), owner, worker, below))).details).toMatchObject({ open_tasks_max: 5 });
    await either(0).call(cancelTask, owner, { id: done[1]?.id ?? "" });
    await aTask(either(1), owner, worker, below);
    await checkTasks(app(), workspace.id);
  });

  it("of a workspace reach the limit exactly, and ended tasks make room again", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    const { done, refused } = await outcomesOf(times(30, (n) => aTask(either(n), owner, worker)));
    expect([done.length, refused]).toEqual([12, { open_tasks_limit: 18 }]);
    const ids = done.map(({ id }) => id);
    await Promise.all(ids.slice(0, 4).map((id, n) => either(n).call(cancelTask, owner, { id })));
    const again = await outcomesOf(times(8, (n) => either(n).call(retryTask, owner, { id: ids[n % 4] ?? "" })));
    expect([again.done.length, again.refused]).toEqual([4, { open_tasks_limit: 4 }]);
    await checkTasks(app(), workspace.id);
  });

  it("are counted after tasks that other callers create at the same moment", async () => {
    const { workspace, owner, worker } = await aTeam(app());
    await aTask(either(0), owner, worker);
    const other = await app().admin.connect();
    await other.query("begin");
    await other.query("update open_tasks set tasks = 12 where workspace_id = $1 and side = 'made'", [workspace.id]);
    const waits = "select 1 from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'";
    const last = outcomesOf([aTask(either(1), owner, worker)]);
    while ((await app().admin.query(waits, [app().database])).rowCount === 0);
    await other.query("commit");
    other.release();
    expect((await last).refused).toEqual({ open_tasks_limit: 1 });
  });
});

it("archiving an agent blocks all its running tasks, also more than one transaction blocks", async () => {
  const { workspace, owner } = await aTeam(app());
  const agent = await anAgent(app(), workspace);
  const { admin } = app();
  await admin.query(
    `insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth, status, fence)
     select $1, id, 'Runs', $2, id, 0, 'running', 1 from (select gen_random_uuid() as id from generate_series(1, 730)) n`,
    [workspace.id, agent.id],
  );
  await admin.query("update gates set running = 730 where agent_id = $1", [agent.id]);
  const running = async () => (await admin.query("select running from gates where agent_id = $1", [agent.id])).rows[0];
  await app().call(archiveAgent, owner, { id: agent.id });
  expect(await running()).toEqual({ running: 230 });
  expect(await sweep(app(), workspace.id)).toMatchObject({ ended_later: 230 });
  expect(await running()).toEqual({ running: 0 });
  const { rows } = await admin.query(
    "select distinct status, blocked_reason->>'code' as code from tasks where workspace_id = $1",
    [workspace.id],
  );
  expect(rows).toEqual([{ status: "blocked", code: "agent_archived" }]);
});
