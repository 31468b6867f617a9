/**
 * kill -9 of the server before, during and after a request to the outside: nothing is sent twice that does not repeat
 * safely, and the doubt is said. `ACTION_KILLS=100` looks for what is rare.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createPool, type DatabasePool } from "../src/db/connect.ts";
import { aChildServer, type ChildServer, ownerCalls, ownerSession } from "./harness/child-server.ts";
import { aDatabase, urlOf } from "./harness/harness.ts";

const KILLS = Number(process.env.ACTION_KILLS || 3);
const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-kills-"));
const env = { BAILIWICK_DATA_DIR: dataDir, BAILIWICK_ALLOW_PRIVATE_URLS: "127.0.0.1" };
let databaseUrl = "";
let admin: DatabasePool;
let server: ChildServer | undefined;
let session = "";

/** The requests of actions by their key, and those of pushes by task and fence. */
const sent = new Map<string, number>();
/** The requests that wait for an answer. */
const open: ServerResponse[] = [];
const outside = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { fence, task } = JSON.parse(Buffer.concat(chunks).toString("utf8") || "{}");
  const key = request.headers["idempotency-key"] ?? `${task?.id} ${fence}`;
  sent.set(String(key), (sent.get(String(key)) ?? 0) + 1);
  if (request.url?.startsWith("/waits")) return void open.push(response);
  response.writeHead(200, { "content-type": "application/json" }).end('{"output": "done"}');
});

const call = ownerCalls(
  () => server?.url ?? "",
  () => session,
);
const start = async () => {
  server = await aChildServer({ ...env, DATABASE_URL: databaseUrl });
};

beforeAll(async () => {
  const database = await aDatabase();
  databaseUrl = urlOf(database);
  admin = createPool({ socket: { ...inject("server"), database }, size: 2 });
  await new Promise<void>((resolve) => outside.listen(0, "127.0.0.1", resolve));
  await start();
  session = await ownerSession(admin);
});
afterAll(async () => {
  await server?.kill();
  await admin.end();
  outside.closeAllConnections();
  await new Promise((resolve) => outside.close(resolve));
  rmSync(dataDir, { recursive: true, force: true });
});

interface Acting {
  key: string;
  pushed: string;
}

async function anActingTeam(): Promise<Acting> {
  // A server that listens on TCP has an address of this form.
  const base_url = `http://127.0.0.1:${(outside.address() as AddressInfo).port}`;
  await call("/connections", { service_type: "http", name: "Shop", config: { base_url } });
  const { id: agent_id } = await call("/agents", { name: "Buyer" });
  const { key } = await call("/keys", { kind: "agent", name: "buyer", agent_id });
  const push = { agent_type: "http_api", connection_url: `${base_url}/waits`, delivery: "push" };
  const { id: pushed } = await call("/agents", { name: "Pushed", ...push });
  return { key: String(key), pushed: String(pushed) };
}

/** Proposes an action and approves it. Returns its id. */
async function anApproved({ key }: Acting, path: string): Promise<string> {
  const answer = await fetch(`${server?.url}/api/agent-actions`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${key}` },
    body: JSON.stringify({ action_type: "send_request", service_type: "http", payload: { method: "POST", path } }),
  });
  const { id } = (await answer.json()) as { id: string };
  await call(`/agent-actions/${id}/approve`, {});
  return id;
}

const statusOf = async (id: string) => String((await call(`/agent-actions/${id}`)).status);
const isSent = (id: string) => expect.poll(() => sent.get(id), { interval: 5 }).toBe(1);

/** The moments of the kill. The last one is anywhere in the first rounds of the job. */
const MOMENTS = [
  { name: "during", path: "/waits", until: (id: string) => isSent(id) },
  { name: "after", path: "/answers", until: (id: string) => isSent(id) },
  { name: "before", path: "/answers", until: () => new Promise((resolve) => setTimeout(resolve, Math.random() * 400)) },
] as const;

/** As if the time of each lease had passed. */
const endLeases = () => admin.query("update agent_actions set due_at = now() where status = 'executing'");

test(
  "no action and no push is sent twice, and a lost answer is in doubt",
  async () => {
    const acting = await anActingTeam();
    const ends = new Map<string, number>();
    for (let kill = 0; kill < KILLS; kill++) {
      const moment = MOMENTS[kill % MOMENTS.length] ?? MOMENTS[0];
      await call("/tasks", { title: "Push it", assigned_to_agent_id: acting.pushed });
      const id = await anApproved(acting, moment.path);
      await moment.until(id);
      await server?.kill();
      open.splice(0);
      await start();
      await endLeases();
      await expect.poll(() => statusOf(id)).toMatch(/^(?:executed|in_doubt)$/);
      const end = await statusOf(id);
      if (moment.name === "during") expect(end).toBe("in_doubt");
      if (end === "executed") expect(sent.get(id)).toBe(1);
      ends.set(`${moment.name}: ${end}`, (ends.get(`${moment.name}: ${end}`) ?? 0) + 1);
      if (end === "in_doubt") await call(`/agent-actions/${id}/resolve`, { outcome: "failed", reason: "I looked." });
    }
    expect([...sent].filter(([, times]) => times > 1)).toEqual([]);
    if (KILLS > 3)
      process.stdout.write(`${JSON.stringify(Object.fromEntries(ends))}, pushes and actions: ${sent.size}\n`);
    // A server that ends by itself waits some seconds for the answer, and stores it.
    const last = await anApproved(acting, "/waits");
    await isSent(last);
    const ended = server?.end();
    const isClosed = () =>
      fetch(`${server?.url}/api/healthz`).then(
        () => false,
        () => true,
      );
    await expect.poll(isClosed).toBe(true);
    for (const response of open.splice(0)) response.writeHead(200).end("{}");
    await ended;
    const { rows } = await admin.query("select status from agent_actions where id = $1", [last]);
    expect(rows).toEqual([{ status: "executed" }]);
  },
  60_000 + KILLS * 30_000,
);
