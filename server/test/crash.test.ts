/**
 * kill -9 of the server and of its database at any moment loses no acknowledged change, and every row agrees with its
 * events. Telemetry that is sent again counts once.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createClient } from "../../sdk/src/index.ts";
import { createPool, type DatabasePool } from "../src/db/connect.ts";
import { type PrivateServer, startPrivateServer } from "../src/db/embedded.ts";
import { aChildServer, type ChildServer, ownerSession } from "./harness/child-server.ts";

const CLIENTS = 8;
const SENDERS = 3;
const ROUNDS = 3;
const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-crash-"));
let database: PrivateServer;
let server: ChildServer | undefined;
let admin: DatabasePool;

beforeAll(async () => {
  database = await startPrivateServer({ dataDir, log: () => undefined });
  admin = createPool({ socket: database.connection, size: 2 });
});

afterAll(async () => {
  await server?.kill();
  await admin.end();
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<string> {
  server = await aChildServer({ BAILIWICK_DATA_DIR: dataDir });
  return server.url;
}

async function post(url: string, path: string, cookie: string, body: unknown): Promise<Record<string, string>> {
  const answer = await fetch(`${url}/api${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", cookie: `bailiwick_session=${cookie}` },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as Record<string, string>;
}

async function aWorker(url: string): Promise<{ id: string; key: string }> {
  const session = await ownerSession(admin);
  const { id = "" } = await post(url, "/agents", session, { name: "Worker" });
  const { key = "" } = await post(url, "/keys", session, { kind: "agent", name: "crash", agent_id: id });
  return { id, key };
}

interface Acknowledged {
  created: Set<string>;
  completed: Set<string>;
}

/** Works until the server is killed. Records the acknowledged steps. */
async function work(url: string, { id, key }: { id: string; key: string }, acknowledged: Acknowledged): Promise<void> {
  const headers = { "content-type": "application/json", authorization: `Bearer ${key}` };
  const send = async (path: string, body: unknown) => {
    const answer = await fetch(`${url}/api${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    return (await answer.json()) as { id: string; items: { id: string; fence: number }[] };
  };
  try {
    for (;;) {
      acknowledged.created.add((await send("/tasks", { title: "Crash", assigned_to_agent_id: id })).id);
      for (const task of (await send("/tasks/claim", {})).items) {
        acknowledged.completed.add((await send(`/tasks/${task.id}/complete`, { fence: task.fence, output: 1 })).id);
      }
    }
  } catch {
    // The connection broke: the current step was not acknowledged.
  }
}

/** Batches of events, with keys by which the server knows a repeat. */
interface Telemetry {
  batches: number;
  /** The batches that were not acknowledged. */
  open: object[][];
  acknowledged: Set<string>;
}

const BATCH = 25;
const keysOf = (batch: readonly object[]) =>
  batch.map((event) => ("dedupe_key" in event ? String(event.dedupe_key) : ""));

function aBatch(number: number): object[] {
  return Array.from({ length: BATCH }, (_, n) => ({
    event_type: n % 5 === 0 ? "tool_result" : "llm_call",
    status: n % 7 === 0 ? "error" : "success",
    dedupe_key: `${number} ${n}`,
    run_id: `00000000-0000-4000-8000-${String(number % 10).padStart(12, "0")}`,
    ...(n % 5 !== 0 && { model: `model ${n % 3}`, tokens_in: n, cost_usd: n / 1_000, latency_ms: 1 + n }),
  }));
}

/** Sends batches until the server is killed. A batch without an answer is sent again after the next start. */
async function report(url: string, key: string, telemetry: Telemetry, isLast = false): Promise<void> {
  while (!isLast || telemetry.open.length > 0) {
    const batch = telemetry.open.shift() ?? aBatch(telemetry.batches++);
    try {
      const answer = await fetch(`${url}/api/obs/ingest/events`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
        body: JSON.stringify({ events: batch }),
      });
      expect(await answer.json()).toMatchObject({ rejected: [], total_submitted: BATCH });
      for (const one of keysOf(batch)) telemetry.acknowledged.add(one);
    } catch (error) {
      telemetry.open.push(batch);
      if (isLast || !(error instanceof TypeError)) throw error;
      return;
    }
  }
}

/** The events, and each table of sums that counts all of them. */
const COUNTS = `
select count(*)::int as events, sum(cost_nanos)::text as cost, count(*) filter (where status = 'error')::int as errors
from obs_events
union select sum(events)::int, sum(cost_nanos)::text, sum(errors)::int from obs_usage
union select sum(events)::int, sum(cost_nanos)::text, sum(errors)::int from obs_counters where grain = 'day'
union select sum(events)::int, sum(cost_nanos)::text, sum(errors)::int from obs_counters where grain = 'minute'
union select sum(events)::int, sum(cost_nanos)::text, sum(errors)::int from obs_runs`;
const LATENCIES = `select (select count(*) from obs_events where latency_ms > 0) = (select sum(v.n) from obs_latencies l
  cross join lateral (select sum(coalesce(u.calls, 1)) as n from unnest(l.latencies_ms, l.counts) as u(ms, calls)) v) as same`;

/** All sums are those of the stored events, and what was acknowledged is stored. */
async function expectCounted({ acknowledged, open }: Telemetry): Promise<void> {
  const { rows } = await admin.query<{ events: number }>(COUNTS);
  expect(rows).toHaveLength(1);
  expect(rows[0]?.events).toBeGreaterThanOrEqual(acknowledged.size);
  expect(rows[0]?.events).toBeLessThanOrEqual(acknowledged.size + open.length * BATCH);
  expect((await admin.query(LATENCIES)).rows).toEqual([{ same: true }]);
}

/** The tasks whose last event implies another status than their row has. */
const CONTRADICTIONS = `
select t.id, t.status, e.type from tasks t join lateral (
  select f.type from facts f where f.workspace_id = t.workspace_id and f.subject_id = t.id
  order by f.seq desc limit 1) e on true
where t.status <> case e.type when 'task.created' then 'queued' when 'task.started' then 'running'
  when 'task.lease_expired' then 'queued' else split_part(e.type, '.', 2) end`;

async function expectWhole(acknowledged: Acknowledged): Promise<void> {
  const { rows } = await admin.query<{ id: string; status: string }>("select id, status from tasks");
  const status = new Map(rows.map((row) => [row.id, row.status]));
  expect([...acknowledged.created].filter((id) => !status.has(id))).toEqual([]);
  expect([...acknowledged.completed].filter((id) => status.get(id) !== "completed")).toEqual([]);
  expect((await admin.query(CONTRADICTIONS)).rows).toEqual([]);
  const { rows: gates } = await admin.query(
    `select g.running, (select count(*)::int from tasks t where t.workspace_id = g.workspace_id
       and t.assigned_to_agent_id = g.agent_id and t.status = 'running') as counted from gates g`,
  );
  for (const gate of gates) expect(gate.running).toBe(gate.counted);
}

it("kill -9 of the server loses nothing acknowledged, counts no event twice, and leaves every task as its last event says", async () => {
  const acknowledged: Acknowledged = { created: new Set(), completed: new Set() };
  const worker = await aWorker(await start());
  const telemetry: Telemetry = { batches: 0, open: [], acknowledged: new Set() };
  for (let round = 0; round < ROUNDS; round++) {
    const url = server?.url ?? "";
    const before = acknowledged.completed.size;
    const sent = telemetry.acknowledged.size;
    const clients = Array.from({ length: CLIENTS }, () => work(url, worker, acknowledged));
    const senders = Array.from({ length: SENDERS }, () => report(url, worker.key, telemetry));
    await expect.poll(() => acknowledged.completed.size, { interval: 5 }).toBeGreaterThan(before + 50);
    await expect.poll(() => telemetry.acknowledged.size, { interval: 5 }).toBeGreaterThan(sent + 4 * BATCH);
    await server?.kill();
    await Promise.all([...clients, ...senders]);
    await expectWhole(acknowledged);
    await expectCounted(telemetry);
    await start();
  }
  expect(acknowledged.completed.size).toBeGreaterThan(ROUNDS * 50);
  await report(server?.url ?? "", worker.key, telemetry, true);
  expect(telemetry.acknowledged.size).toBe(telemetry.batches * BATCH);
  await expectCounted(telemetry);
});

it("a lost database answers 503 with Retry-After, and the server recovers by itself", async () => {
  const url = server?.url ?? (await start());
  const session = await ownerSession(admin);
  const read = () => fetch(`${url}/api/tasks?limit=1`, { headers: { cookie: `bailiwick_session=${session}` } });
  expect((await read()).status).toBe(200);
  const { rows } = await admin.query<{ pid: number }>(
    "select (regexp_split_to_array(pg_read_file('postmaster.pid'), '\\n'))[1]::int as pid",
  );
  admin.on("error", () => undefined);
  process.kill(rows[0]?.pid ?? 0, "SIGKILL");
  const answers: number[] = [];
  await expect
    .poll(async () => {
      const answer = await read();
      if (answer.status === 503) expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
      answers.push(answer.status);
      return answers.includes(503) && answer.status === 200;
    })
    .toBe(true);
  expect([...new Set(answers)].sort()).toEqual([200, 503]);
  const client = createClient({ url, key: (await aWorker(url)).key });
  expect((await client.tasks.claim({})).items).toEqual([]);
});
