import { expect, it } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { type TestApp, useApp } from "../../test/harness/harness.ts";
import { checkTasks } from "../../test/harness/task-invariants.ts";
import { aTeam, dispatchOn, jobContext, later, runJobs } from "../../test/harness/team.ts";
import { createBackoff } from "../kernel/jobs/backoff.ts";
import type { JobContext } from "../kernel/jobs/job.ts";
import { sweepRound } from "../kernel/jobs/job.ts";
import { takeTaskTurn, taskJobs } from "./jobs.ts";
import { getTask } from "./operations/get-task.ts";
import { startTask } from "./operations/start-task.ts";

const app = useApp();

/** Inserts many tasks of one agent with leases that ended a minute ago, before those of other agents. */
async function manyEndedLeases({ admin }: TestApp, workspace: string, agent: string, count: number): Promise<void> {
  await admin.query(
    `insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth, status, fence,
       lease_seconds, lease_expires_at, started_at)
     select $1, id, 'Left', $2, id, 0, 'running', 1, 5, now() - interval '1 minute', now() from (
       select gen_random_uuid() as id from generate_series(1, $3)) n`,
    [workspace, agent, count],
  );
  await admin.query("update gates set running = running + $2 where agent_id = $1", [agent, count]);
}

const statusOf = async (id: string) =>
  (await app().admin.query("select status from tasks where id = $1", [id])).rows[0];

it("a workspace with thousands of ended leases does not delay another: the first round ends the other's lease", async () => {
  const [busy, victim] = [await aTeam(app()), await aTeam(app())];
  await manyEndedLeases(app(), busy.workspace.id, busy.worker.id, 3_000);
  const { id } = await aRunningTask(app(), victim.owner, victim.worker);
  const backoff = createBackoff(() => expect.fail("Nothing fails here."));
  const ended: Record<string, number> = {};
  const hasMore = await later(app(), 61, () =>
    sweepRound(jobContext(app()), {
      name: "task-sweep",
      due: "bailiwick_task_work_due",
      async turn({ dispatch }, workspace) {
        const turn = await takeTaskTurn(dispatch, workspace, backoff);
        ended[workspace] = (ended[workspace] ?? 0) + turn.leases_ended;
        return turn.hasMore;
      },
    }),
  );
  expect(ended).toEqual({ [victim.workspace.id]: 1, [busy.workspace.id]: 20 });
  expect(hasMore).toBe(true);
  expect(await statusOf(id)).toEqual({ status: "queued" });
  await checkTasks(app(), victim.workspace.id);
  await app().admin.query("update tasks set status = 'queued', lease_expires_at = null where workspace_id = $1", [
    busy.workspace.id,
  ]);
});

it("a lease that cannot be ended waits, is reported once, and does not delay the rest of its workspace", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const bad = await aRunningTask(app(), owner, worker);
  const good = await aRunningTask(app(), owner, worker);
  const stuck: string[] = [];
  const clock = { now: 0 };
  const backoff = createBackoff((id) => stuck.push(id), { nowMs: () => clock.now });
  const tried: number[] = [];
  const dispatch: JobContext["dispatch"] = (operation, to, input) => {
    const { id, ids } = input as { id?: string; ids?: string[] };
    if (id !== bad.id && !ids?.includes(bad.id)) return dispatchOn(app())(operation, to, input);
    if (id) tried.push(clock.now);
    return Promise.reject(new Error("It cannot be done."));
  };
  await later(app(), 61, async () => {
    expect(await takeTaskTurn(dispatch, workspace.id, backoff)).toMatchObject({ leases_ended: 1 });
    expect([await statusOf(bad.id), await statusOf(good.id)]).toEqual([{ status: "running" }, { status: "queued" }]);
    for (; clock.now < 40_000; clock.now += 500) await takeTaskTurn(dispatch, workspace.id, backoff);
  });
  expect(tried).toEqual([0, 1_000, 3_000, 7_000, 15_000, 31_000]);
  expect(stuck).toEqual([bad.id]);
});

it("due times and blocked tasks have a separate loop in which every workspace has its turn", async () => {
  const teams = [await aTeam(app()), await aTeam(app())];
  const late = await Promise.all(
    teams.map(({ owner, worker }) => {
      const due_at = new Date(Date.now() + 60_000).toISOString();
      return aTask(app(), owner, worker, { due_at });
    }),
  );
  const first = await aTask(app(), teams[0]?.owner ?? expect.fail(), teams[0]?.worker ?? expect.fail());
  const [{ owner, worker }] = teams as [(typeof teams)[0]];
  const waiting = await aTask(app(), owner, worker, { depends_on: [first.id] });
  await app()
    .call(startTask, owner, { id: waiting.id })
    .catch(() => undefined);
  await app().admin.query("update tasks set open_dependencies = 0 where id = $1", [waiting.id]);
  const times = taskJobs().filter(({ name }) => name === "task-times");
  expect(times).toHaveLength(1);
  await later(app(), 61, () => runJobs(app(), times));
  for (const [n, { id }] of late.entries()) {
    const { events } = await app().call(getTask, teams[n]?.owner ?? owner, { id });
    expect(events.at(-1)?.event_type).toBe("overdue");
  }
  expect(await statusOf(waiting.id)).toEqual({ status: "queued" });
});
