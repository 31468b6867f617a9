import { expect, it } from "vitest";
import { aTask } from "../../test/harness/builders.ts";
import { problemOf, useApp } from "../../test/harness/harness.ts";
import { aTeam } from "../../test/harness/team.ts";
import { listTasks } from "./operations/list-tasks.ts";
import { REACH_MAX } from "./store/tree.ts";

const app = useApp();
const KEY = "hashtextextended($1, 8)";

/** Takes the lock of the workspace's graph, as another process does. */
async function holdGraph(workspace: string): Promise<() => Promise<void>> {
  const holder = await app().admin.connect();
  await holder.query(`select pg_advisory_lock(${KEY})`, [workspace]);
  return async () => {
    await holder.query(`select pg_advisory_unlock(${KEY})`, [workspace]);
    holder.release();
  };
}

async function aFamily() {
  const { workspace, owner, worker } = await aTeam(app());
  const root = await aTask(app(), owner, worker);
  const free = await aTask(app(), owner, worker);
  const dependent = () => aTask(app(), owner, worker, { parent_task_id: root.id, depends_on: [free.id] });
  return { workspace, owner, worker, root, free, dependent };
}

/** Counts the sessions of the database that wait for a lock. */
async function sessionsWaiting(): Promise<number> {
  const { rows } = await app().admin.query(
    "select count(*)::int as n from pg_stat_activity where datname = $1 and wait_event_type = 'Lock'",
    [app().database],
  );
  return rows[0].n;
}

it("callers that wait for the graph keep no connection, and all have their turn", async () => {
  const { workspace, owner, dependent } = await aFamily();
  const release = await holdGraph(workspace.id);
  const waiting = Array.from({ length: 12 }, dependent);
  // The pool has ten connections and the workspace's share is four, so a read succeeds only if no caller keeps one.
  expect((await app().call(listTasks, owner, {})).items).toHaveLength(2);
  await expect.poll(sessionsWaiting).toBe(0);
  await release();
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(waiting.map(() => "queued"));
});

it("with a graph that stays locked, all waiting callers get 429 in the end", async () => {
  const { workspace, dependent } = await aFamily();
  const release = await holdGraph(workspace.id);
  const problems = await Promise.all([1, 2, 3].map(() => problemOf(dependent())));
  expect(problems.map(({ code, status }) => [code, status])).toEqual(problems.map(() => ["overloaded", 429]));
  await release();
  expect((await dependent()).status).toBe("queued");
});

it("the search for a circle visits a limited number of tasks; beyond it, the answer is 409", async () => {
  const { workspace, owner, worker, root } = await aFamily();
  const wide = await aTask(app(), owner, worker);
  const addBelow = async (count: number) => {
    await app().admin.query(
      `insert into tasks (workspace_id, id, title, assigned_to_agent_id, parent_task_id, root_task_id, depth)
       select $1, gen_random_uuid(), 'Wide', $2, $3, $3, 1 from generate_series(1, $4)`,
      [workspace.id, worker.id, wide.id, count],
    );
    // The statistics of such a tree must not make the planner read the whole table for each task.
    await app().admin.query("analyze tasks");
  };
  const dependent = () => aTask(app(), owner, worker, { parent_task_id: root.id, depends_on: [wide.id] });
  await addBelow(REACH_MAX - 1);
  expect((await dependent()).status).toBe("queued");
  await addBelow(1);
  expect(await problemOf(dependent())).toMatchObject({
    code: "conflict",
    status: 409,
    details: { next_step: expect.any(String) },
  });
});
