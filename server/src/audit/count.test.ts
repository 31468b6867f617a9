import { expect, it } from "vitest";
import { aRunningTask } from "../../test/harness/builders.ts";
import { useApp } from "../../test/harness/harness.ts";
import { aTeam, runJobs } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { factJobs } from "../kernel/facts/jobs.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { countAudit } from "./operations.ts";

const app = useApp();
const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const HOUR_MS = 3_600_000;

async function work(owner: Actor, worker: Actor): Promise<void> {
  const { id, fence } = await aRunningTask(app(), owner, worker);
  await app().call(completeTask, worker, { id, fence });
}

const counted = async (owner: Actor) =>
  (await app().call(countAudit, owner, { from: ago(HOUR_MS) })).by_type["task.completed"] ?? 0;

const countedRows = async (workspace: string) =>
  (await app().admin.query("select sum(facts)::int as facts from fact_counts where workspace_id = $1", [workspace]))
    .rows[0]?.facts ?? 0;

const factRows = async (workspace: string) =>
  (await app().admin.query("select count(*)::int as facts from facts where workspace_id = $1", [workspace])).rows[0]
    ?.facts;

/** The job leaves facts for a later round while a transaction of any database of the server still runs. */
async function countsAll(workspaceId: string): Promise<void> {
  const rounds = async () => {
    await runJobs(app(), factJobs());
    return countedRows(workspaceId);
  };
  await expect.poll(rounds).toBe(await factRows(workspaceId));
}

it("is exact before, between and after the rounds of the job, and each fact is counted once", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  await work(owner, worker);
  expect(await counted(owner)).toBe(1);
  await runJobs(app(), factJobs());
  expect(await counted(owner)).toBe(1);
  await work(owner, worker);
  expect(await counted(owner)).toBe(2);
  await Promise.all([runJobs(app(), factJobs()), runJobs(app(), factJobs())]);
  await runJobs(app(), factJobs());
  expect(await counted(owner)).toBe(2);
  await countsAll(workspace.id);
});

it("waits for a transaction that still runs, and then counts its facts", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  const slow = await app().admin.connect();
  try {
    await slow.query("begin");
    await slow.query(
      `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, request_id)
       values ($1, gen_random_uuid(), 'task.completed', 'system', 'test', 'task', gen_random_uuid(), 'test')`,
      [workspace.id],
    );
    await work(owner, worker);
    await runJobs(app(), factJobs());
    expect(await counted(owner)).toBe(1);
    await slow.query("commit");
    expect(await counted(owner)).toBe(2);
    await runJobs(app(), factJobs());
    expect(await counted(owner)).toBe(2);
  } finally {
    slow.release(true);
  }
});

it("stays exact when the counts come from another installation, and the job counts again", async () => {
  const { workspace, owner, worker } = await aTeam(app());
  await work(owner, worker);
  await runJobs(app(), factJobs());
  await app().admin.query("update fact_marks set epoch = gen_random_uuid(), xid = '0' where workspace_id = $1", [
    workspace.id,
  ]);
  expect(await counted(owner)).toBe(1);
  await runJobs(app(), factJobs());
  expect(await counted(owner)).toBe(1);
  await countsAll(workspace.id);
});

it("starts at a full five minutes, counts one workspace, and refuses a time before the kept counts", async () => {
  const { owner, worker } = await aTeam(app());
  const elsewhere = await aTeam(app());
  await work(owner, worker);
  const { from } = await app().call(countAudit, owner, { from: ago(HOUR_MS) });
  expect(Date.parse(from) % 300_000).toBe(0);
  expect(await counted(elsewhere.owner)).toBe(0);
  await expect(app().call(countAudit, owner, { from: ago(32 * 24 * HOUR_MS) })).rejects.toMatchObject({
    code: "invalid_input",
  });
});
