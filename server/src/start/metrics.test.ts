/** The metrics of the work, as a monitor reads them from a running server. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../../sdk/src/index.ts";
import { aDatabase, urlOf } from "../../test/harness/harness.ts";
import { call } from "../cli/call.ts";
import { type RunningServer, startServer } from "../main.ts";
import { ingestCounts } from "../observability/ingest-counts.ts";
import { readWorkNumbers } from "../observability/store/work.ts";
import { type Config, readConfig } from "../runtime/config.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-metrics-"));
let config: Config;
let server: RunningServer;
let key: string;
let agentId: string;
const asOwner = (name: string, ...tokens: string[]) => call(() => config, {}, name, tokens, {});

beforeAll(async () => {
  const settings = { BAILIWICK_PORT: "0", BAILIWICK_DATA_DIR: folder, BAILIWICK_LOG_LEVEL: "silent" };
  config = readConfig({ ...settings, DATABASE_URL: urlOf(await aDatabase()) });
  server = await startServer(config, { onLine: () => undefined });
  agentId = await asOwner("agents.create", "--name", "Worker", "-q", "id");
  key = await asOwner("keys.create", "--kind=agent", "--name=w", "--agent_id=Worker", "-q=key");
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

async function metrics(): Promise<(name: string) => number | undefined> {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  const lines = (await response.text()).split("\n");
  return (name) => {
    const line = lines.find((one) => one.startsWith(`${name} `));
    return line === undefined ? undefined : Number(line.split(" ").at(-1));
  };
}

test("the agents that are online are those whose presence says so", async () => {
  const admin = new pg.Client(config.databaseUrl);
  await admin.connect();
  const onlineAfter = async (seconds: number, lost = "null") => {
    const seen = `now() - make_interval(secs => ${seconds})`;
    await admin.query(`update agent_presence set last_seen_at = ${seen} where agent_id = '${agentId}'`);
    await admin.query(`update gates set lease_lost_at = ${lost} where agent_id = '${agentId}'`);
    const { agents_online } = await readWorkNumbers(server.app.db);
    const { state } = JSON.parse(await asOwner("agents.get", "--id", agentId, "-q", "presence")) as { state: string };
    expect(state === "online").toBe(agents_online === 1n);
    return agents_online;
  };
  await createClient({ url: server.url, key }).agents.me();
  await expect.poll(async () => (await admin.query("select 1 from agent_presence")).rows.length).toBe(1);
  const found = [await onlineAfter(60), await onlineAfter(110), await onlineAfter(130)];
  const missed = [
    await onlineAfter(20, "now()"),
    await onlineAfter(40, "now()"),
    await onlineAfter(40, "now() - interval '1 hour'"),
  ];
  await admin.end();
  expect([found, missed]).toEqual([
    [1n, 1n, 0n],
    [1n, 0n, 1n],
  ]);
});

test("open tasks, overdue replies, facts, tools, the pool and background work can be watched", async () => {
  const client = createClient({ url: server.url, key });
  const add = (title: string, more: object = {}) =>
    client.tasks.create({ title, assigned_to_agent_id: agentId, ...more });
  for (const title of ["One", "Two", "Three"]) await add(title);
  const { items } = await client.tasks.claim({ limit: 2 });
  await client.tasks.complete({ id: items[0]?.id ?? "", fence: items[0]?.fence ?? 0 });
  const mcp = new Client({ name: "monitor", version: "1" });
  const requestInit = { headers: { authorization: `Bearer ${key}` } };
  await mcp.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
  await mcp.callTool({ name: "tasks_list", arguments: {} });
  await mcp.callTool({ name: "tasks_get", arguments: { id: "none" } });
  await mcp.close();

  const value = await metrics();
  expect(value('bailiwick_tasks{status="queued"}')).toBe(1);
  expect(value('bailiwick_tasks{status="running"}')).toBe(1);
  expect(value('bailiwick_tasks{status="blocked"}')).toBe(0);
  expect(value("bailiwick_oldest_queued_seconds")).toBeGreaterThanOrEqual(0);
  expect(value("bailiwick_replies_overdue")).toBe(0);
  expect(value('bailiwick_facts_total{type="task.created"}')).toBe(3);
  expect(value('bailiwick_facts_total{type="task.completed"}')).toBe(1);
  expect(value('bailiwick_tool_calls_total{operation="tasks.list",status="200"}')).toBe(1);
  expect(value('bailiwick_tool_calls_total{operation="tasks.get",status="400"}')).toBe(1);
  expect(value('bailiwick_http_requests_total{operation="tasks.create",status="201"}')).toBe(3);
  expect(value('bailiwick_pool_connections{state="idle"}')).toBeGreaterThan(0);
  expect(value("bailiwick_pool_waiting")).toBe(0);
  expect(value('bailiwick_job_age_seconds{job="task-sweep"}')).toBeLessThan(600);
});

test("telemetry can be watched: what came, what is stored, and how fast other processes hear of it", async () => {
  const client = createClient({ url: server.url, key });
  // The counts are those of the process, which other test files share.
  const before = { ...ingestCounts() };
  const events = [{ event_type: "metric", dedupe_key: "one" }, { event_type: "nonsense" }, { event_type: "llm_call" }];
  await client.obs.ingest({ events });
  await client.obs.ingest({ events: events.slice(0, 2) });
  const total = (result: string) => `bailiwick_ingest_events_total{result="${result}"}`;
  await expect.poll(async () => (await metrics())(total("duplicate"))).toBe(before.duplicates + 1);
  const now = await metrics();
  expect(now(total("accepted"))).toBe(before.accepted + 2);
  expect(now(total("rejected"))).toBe(before.rejected + 2);
  expect(now("bailiwick_ingest_unpriced_total")).toBe(before.unpriced + 1);
  expect(now("bailiwick_event_days")).toBeGreaterThanOrEqual(4);
  expect(now("bailiwick_event_days_ahead")).toBe(3);
  expect(now("bailiwick_expired_rows_total")).toBe(0);
  expect(now("bailiwick_expired_bytes_total")).toBe(0);
  expect(now("bailiwick_notify_queue_ratio")).toBeLessThan(1);
  await expect.poll(async () => (await metrics())("bailiwick_notify_seconds")).toBeGreaterThan(0);
  expect(now('bailiwick_http_requests_total{operation="obs.ingest",status="200"}')).toBe(2);
});
