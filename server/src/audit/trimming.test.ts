/** Large data of old facts: what retention deletes, what it leaves, and that the record still verifies. */
import { afterEach, expect, test } from "vitest";
import { seal } from "../../test/harness/audit-samples.ts";
import { aClaim, anAgent, aRunningTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, problemOf, type TestApp, useApp } from "../../test/harness/harness.ts";
import { jobContext, later, runJobs, sweep } from "../../test/harness/team.ts";
import type { Actor } from "../kernel/actor.ts";
import { setRetention } from "../observability/operations/set-retention.ts";
import { acceptLate } from "../tasks/operations/accept-late.ts";
import { addTaskEvent } from "../tasks/operations/add-task-event.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { failTask } from "../tasks/operations/fail-task.ts";
import type { TierName } from "../tiers/schema.ts";
import { auditJobs } from "./jobs.ts";
import { exportFacts } from "./operations/export-facts.ts";
import { getCheckpoint } from "./operations/get-checkpoint.ts";
import { getKey } from "./operations/get-key.ts";
import { getProof } from "./operations/get-proof.ts";
import { trimPayloads } from "./operations/trim-payloads.ts";
import { verifyExport } from "./sealing/verify.ts";
import { verifyProof } from "./sealing/verify-proof.ts";

const app = useApp();
const DAY_MS = 86_400_000;
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const trimming = () => auditJobs().filter(({ name }) => name === "audit-trimming");

const apps: TestApp[] = [];
function appIn(days: number): TestApp {
  const made = createSecondApp(app(), { clockOffsetMs: () => days * DAY_MS });
  apps.push(made);
  return made;
}
afterEach(async () => {
  for (const one of apps.splice(0)) await one.close();
});

interface Stored {
  id: string;
  type: string;
  data: Record<string, unknown>;
}

async function logOf(workspace: string): Promise<Stored[]> {
  const text = "select id, type, data from facts where workspace_id = $1 order by seq";
  return (await app().admin.query<Stored>(text, [workspace])).rows;
}
const countFacts = async (workspace: string) => (await logOf(workspace)).length;

/** A workspace with a large and a small event, sealed. */
async function aRecord(tier: TierName = "free") {
  const workspace = await aWorkspace(app(), tier);
  const worker = await anAgent(app(), workspace);
  const task = await aRunningTask(app(), workspace.owner, worker, { max_attempts: 9 });
  const record = { id: workspace.id, owner: workspace.owner, worker, task: { id: task.id, fence: task.fence } };
  const large = await report(app(), record, "x".repeat(9_000));
  await report(app(), record, "short");
  await seal(app(), workspace.id, await countFacts(workspace.id));
  return { ...record, large };
}

interface Reporter {
  worker: Actor;
  task: { id: string; fence: number };
}

async function report(by: TestApp, { worker, task }: Reporter, text: string): Promise<string> {
  const { id } = await by.call(addTaskEvent, worker, { ...task, type: "progress", payload: { note: "kept", text } });
  return id;
}

async function payloadsOf(workspace: string): Promise<string[]> {
  const text = "select fact_id as id from fact_payloads where workspace_id = $1 order by fact_id";
  return (await app().admin.query<{ id: string }>(text, [workspace])).rows.map(({ id }) => id);
}

async function trimsOf(workspace: string) {
  const facts = await logOf(workspace);
  return facts.filter(({ type }) => type === "audit.payloads_trimmed").map(({ data }) => data);
}

async function verdictOf({ id, owner }: Pick<Awaited<ReturnType<typeof aRecord>>, "id" | "owner">) {
  await seal(app(), id, await countFacts(id));
  const { lines } = await app().call(exportFacts, owner, {});
  const { checkpoint } = await app().call(getCheckpoint, owner, {});
  const { key } = await app().call(getKey, owner, {});
  async function* each() {
    yield* lines.split("\n").slice(0, -1);
  }
  return { ...(await verifyExport(each(), { checkpoint, key })), key };
}

test("large data is deleted after the retention, once with two processes, and the record and its proofs still verify", async () => {
  const [free, agency] = [await aRecord(), await aRecord("agency")];
  const last = appIn(10);
  const task = await aRunningTask(last, free.owner, free.worker);
  const young = await report(last, { ...free, task: { id: task.id, fence: task.fence } }, "y".repeat(9_000));
  await seal(app(), free.id, await countFacts(free.id));
  expect(await payloadsOf(free.id)).toEqual([free.large, young]);
  await Promise.all([last, appIn(10)].map((one) => runJobs(one, trimming())));
  expect(await payloadsOf(free.id)).toEqual([young]);
  expect(await trimsOf(free.id)).toEqual([{ before: day(3), facts: 1, bytes: expect.any(Number) }]);
  expect([await payloadsOf(agency.id), await trimsOf(agency.id)]).toEqual([[agency.large], []]);
  await runJobs(last, trimming());
  expect(await trimsOf(free.id)).toHaveLength(1);

  const { key, ...verdict } = await verdictOf(free);
  const dropped = "retention dropped the large data of 1 facts, which were not checked";
  expect(verdict).toEqual({ lines: ["complete", dropped], exitCode: 0 });
  const { proof } = await app().call(getProof, free.owner, { id: free.large });
  expect((await verifyProof(proof, { key })).lines[0]).toMatch(new RegExp(`^proven: fact ${free.large}`));
  const data = (await logOf(free.id)).find(({ id }) => id === free.large)?.data;
  expect(data).toMatchObject({ note: "kept", payload_bytes: expect.any(Number), payload_sha256: expect.any(String) });

  await app().admin.query("delete from fact_payloads where workspace_id = $1 and fact_id = $2", [free.id, young]);
  expect((await verdictOf(free)).lines[0]).toMatch(new RegExp(`^altered at line \\d+, fact ${young}`));
});

test("a turn of one workspace deletes nothing of another one that is due too", async () => {
  const [one, other] = [await aRecord(), await aRecord()];
  const last = appIn(10);
  expect(await jobContext(last).dispatch(trimPayloads, one.id)).toEqual({ has_more: false });
  expect([await payloadsOf(one.id), await payloadsOf(other.id)]).toEqual([[], [other.large]]);
  expect([(await trimsOf(one.id)).length, await trimsOf(other.id)]).toEqual([1, []]);
});

test("the floor of the workspace keeps large data, also against a server that names a later day", async () => {
  const kept = await aRecord();
  await app().call(setRetention, kept.owner, { floor_days: 185 });
  await runJobs(appIn(180), trimming());
  const client = await app().admin.connect();
  try {
    const trim = async (days: number) => {
      await client.query(`begin; set local bailiwick.clock_offset = '${days} days';
        set local bailiwick.workspace = '${kept.id}'; update audit_trimming set swept_at = null, leaf = 0`);
      const { rows } = await client.query(
        "select before::text, facts from bailiwick_trim_payloads('2100-01-01', 1000)",
      );
      await client.query("rollback");
      return rows;
    };
    expect(await trim(184)).toEqual([{ before: day(-1), facts: 0 }]);
    expect(await trim(187)).toEqual([{ before: day(2), facts: 1 }]);
  } finally {
    client.release(true);
  }
  expect(await payloadsOf(kept.id)).toEqual([kept.large]);
});

test("a late result stays, because a person may still accept it, and many leaves are trimmed in parts", async () => {
  const { id, owner, worker, task } = await aRecord();
  await later(app(), 61, () => sweep(app(), id));
  const second = await later(app(), 70, () => aClaim(app(), worker));
  const output = { found: "z".repeat(9_000) };
  await later(app(), 71, async () => {
    expect(await problemOf(app().call(completeTask, worker, { ...task, output }))).toMatchObject({
      code: "lease_lost",
    });
    await app().call(failTask, worker, { id: task.id, fence: second.fence, reason: "Busy.", retryable: true });
  });
  const late = (await logOf(id)).find(({ type }) => type === "task.late_result");
  await seal(app(), id, await countFacts(id));
  const client = await app().admin.connect();
  try {
    await client.query(`set bailiwick.clock_offset = '10 days'; set bailiwick.workspace = '${id}'`);
    let facts = 0;
    let parts = 0;
    for (let isDone = false; !isDone; parts++) {
      const text = "select facts, is_done from bailiwick_trim_payloads($1, 2)";
      const { rows } = await client.query<{ facts: number; is_done: boolean }>(text, [day(3)]);
      facts += rows[0]?.facts ?? 0;
      isDone = rows[0]?.is_done ?? true;
    }
    expect(facts).toBe(1);
    expect(parts).toBe(Math.floor((await countFacts(id)) / 2) + 1);
  } finally {
    client.release(true);
  }
  expect(await payloadsOf(id)).toEqual([late?.id]);
  const done = await app().call(acceptLate, owner, { id: task.id, event_id: late?.id ?? "" });
  expect(done.output).toEqual(output);
});
