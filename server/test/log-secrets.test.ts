/**
 * The real server with its most detailed log: no credential is in its output, and each line about a request has the
 * request's id.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLocalOwnerSession } from "../src/auth/owner.ts";
import { createPool, type DatabasePool } from "../src/db/connect.ts";
import { type PrivateServer, startPrivateServer } from "../src/db/embedded.ts";
import { createDb } from "../src/kernel/db/db.ts";
import { BILLING_PATH } from "../src/surfaces/webhooks/billing.ts";
import { MASTER_KEY, testEnvironment } from "./harness/environment.ts";

const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-log-"));
const bin = join(import.meta.dirname, "../bin/bailiwick.js");
/** Each secret has its own text, so that a leak shows its source. */
const marker = (place: string) => `${place}-${randomUUID()}`;
const BILLING_SECRET = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
const SMTP_PASSWORD = marker("smtp");
const DATABASE_PASSWORD = marker("database");

let database: PrivateServer;
let admin: DatabasePool;
let mailServer: Server;
const children: ChildProcess[] = [];

/**
 * A trigger that fails with the credential in the message of the error, and writes nothing to the log of PostgreSQL.
 */
const TALKATIVE = `
create function repeat_the_name() returns trigger language plpgsql security definer set log_min_messages = 'panic' as $$
begin raise exception 'It is called % and that is wrong.', new.name; end $$;
create trigger repeats before insert on agents for each row when (new.name like 'bw_%')
  execute function repeat_the_name();`;

/** A mail server that repeats the password it received. */
function aMailServer(): Promise<Server> {
  const server = createServer((socket) => {
    socket.write("220 mail\r\n");
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      const [verb = "", way = "", response = ""] = data.toString().trim().split(" ");
      const [, user, password] = Buffer.from(response, "base64").toString().split("\0");
      if (verb === "EHLO") socket.write("250-mail\r\n250 AUTH PLAIN\r\n");
      else if (verb === "AUTH") socket.write(`535 ${way}: ${user} with ${password} is unknown here\r\n`);
      else socket.end("221 bye\r\n");
    });
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

beforeAll(async () => {
  database = await startPrivateServer({ dataDir, log: () => undefined });
  admin = createPool({ socket: database.connection, size: 2 });
  mailServer = await aMailServer();
});

afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  mailServer.close();
  await admin.end();
  await database.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

interface Started {
  /** Undefined when the process ended. */
  url: string | undefined;
  /** The standard output and standard error so far. */
  written(): string;
  stop(): Promise<void>;
}

async function start(env: Record<string, string>): Promise<Started> {
  const child = spawn(process.execPath, [bin, "start"], {
    env: {
      ...process.env,
      BAILIWICK_DATA_DIR: dataDir,
      BAILIWICK_PORT: "0",
      BAILIWICK_MASTER_KEY: MASTER_KEY.toString("base64"),
      BAILIWICK_LOG_LEVEL: "trace",
      BAILIWICK_BILLING_WEBHOOK_SECRET: BILLING_SECRET,
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let text = "";
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const url = await new Promise<string | undefined>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (piece) => {
        text += piece;
        const [, found] = /runs at (\S+)[\s\S]*Every operation/.exec(text) ?? [];
        if (found) resolve(found);
      });
    }
    child.on("close", () => resolve(undefined));
  });
  return {
    url,
    written: () => text,
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** A visitor that puts a credential into every possible place and remembers each one. */
interface Visitor {
  ask(path: string, headers: Record<string, string>, status: number, body?: unknown): Promise<Record<string, string>>;
  /** Makes a new credential for a place. */
  secret(place: string): string;
  secrets: string[];
  requests: string[];
}

function aVisitor(url: string): Visitor {
  const secrets: string[] = [];
  const requests: string[] = [];
  return {
    secrets,
    requests,
    secret(place) {
      const made = marker(place);
      secrets.push(made);
      return made;
    },
    async ask(path, headers, status, body) {
      const post = body !== undefined && {
        method: "POST",
        body: typeof body === "string" ? body : JSON.stringify(body),
      };
      const type = body === undefined ? {} : { "content-type": "application/json" };
      const answer = await fetch(url + path, { headers: { ...type, ...headers }, redirect: "manual", ...post });
      requests.push(answer.headers.get("x-request-id") ?? "");
      const text = await answer.text();
      expect(answer.status, `${path}: ${text}`).toBe(status);
      return text.startsWith("{") ? (JSON.parse(text) as Record<string, string>) : {};
    },
  };
}

/** Sends the requests of a person and an agent of the workspace. Returns the agent. */
async function workWith({ ask, secret, secrets }: Visitor, session: string): Promise<string> {
  const cookie = `bailiwick_session=${session}`;
  const llm_config = { model: "m", api_key: secret("llm") };
  const { id = "" } = await ask("/api/agents", { cookie }, 201, { name: "A", llm_config });
  const keyed = { cookie, "idempotency-key": secret("idempotency") };
  const { key = "" } = await ask("/api/keys", keyed, 201, { kind: "agent", name: "k", agent_id: id });
  secrets.push(session, key);
  const { device_code = "", user_code } = await ask("/api/auth/device", {}, 200, { client_name: "C" });
  await ask("/api/auth/device/approve", { cookie }, 200, { user_code, agent_id: id });
  const joined = await ask("/api/auth/device/token", {}, 200, { device_code });
  secrets.push(device_code, joined.key ?? "");
  await ask("/api/auth/device/token", {}, 400, { device_code: secret("device") });
  const bearer = { authorization: `Bearer ${key}` };
  await ask("/api/agents/me", bearer, 200);
  await ask(`/api/tasks?token=${secret("query")}`, bearer, 400);
  const auth_config = { nested: { password: secret("nested") } };
  await ask("/api/agents", { cookie }, 201, { name: "B", auth_config });
  await ask("/api/agents", { cookie }, 400, { name: 1, password: secret("field") });
  await ask("/api/agents", { cookie }, 400, `{"api_key": "${secret("broken")}"`);
  await ask("/api/agents", { cookie }, 500, { name: `bw_agent_${secret("error")}` });
  const params = { name: "agents_me", arguments: { password: secret("tool") } };
  const accept = "application/json, text/event-stream";
  await ask("/mcp", { ...bearer, accept }, 200, { jsonrpc: "2.0", id: 1, method: "tools/call", params });
  return id;
}

/** Sends requests of an unknown visitor. */
async function sendUnknown({ ask, secret }: Visitor): Promise<void> {
  const basic = Buffer.from(`a:${secret("basic")}`).toString("base64");
  for (const authorization of [`Bearer ${secret("bearer")}`, `Bearer bw_agent_${secret("wrong")}`, `Basic ${basic}`]) {
    await ask("/api/agents", { authorization }, 401);
    await ask("/mcp", { authorization }, 401, {});
  }
  await ask("/api/agents", { cookie: `bailiwick_session=${secret("cookie")}` }, 401);
  await ask(`/sign-in?token=${secret("link")}`, {}, 200);
  await ask("/api/auth/verify", {}, 400, { token: secret("verify") });
  await ask(`/api/nowhere/${secret("path")}?api_key=${secret("unrouted")}`, {}, 404);
  const signed = { "webhook-id": "m", "webhook-timestamp": "1", "webhook-signature": `v1,${secret("signature")}` };
  await ask(BILLING_PATH, signed, 401, { type: "subscription.deleted" });
  await ask("/api/auth/request-magic-link", {}, 202, { email: "ada@example.org" });
}

/** The whole output: of the terminal, and of the log files in the data folder. */
function everythingOf(server: Started): string {
  const names = readdirSync(dataDir, { recursive: true, encoding: "utf8" }).filter((name) => /\.log(\.1)?$/.test(name));
  expect(names.length).toBeGreaterThan(0);
  return [server.written(), ...names.map((name) => readFileSync(join(dataDir, name), "utf8"))].join("\n");
}

it("logs no credential, and has the request id on every line about a request", async () => {
  const { port } = mailServer.address() as AddressInfo;
  const server = await start({ BAILIWICK_SMTP_URL: `smtp://user:${SMTP_PASSWORD}@127.0.0.1:${port}` });
  const { token } = await createLocalOwnerSession(createDb({ pool: admin }), testEnvironment());
  await admin.query(TALKATIVE);
  const visitor = aVisitor(server.url ?? "");
  const id = await workWith(visitor, token);
  await sendUnknown(visitor);

  const { requests } = visitor;
  const lines = () => linesOf(server.written());
  await expect.poll(() => lines().filter(({ msg }) => msg === "A request ended.").length).toBe(requests.length);
  await expect.poll(() => lines().map(({ msg }) => msg)).toContain("Work after a request failed.");
  await server.stop();
  const everything = everythingOf(server);
  const secrets = [
    ...visitor.secrets,
    SMTP_PASSWORD,
    BILLING_SECRET,
    BILLING_SECRET.slice(6),
    MASTER_KEY.toString("base64"),
  ];
  expect(secrets.filter((one) => everything.includes(one))).toEqual([]);
  // These two lines are in the log, without the secrets that they quote.
  expect(everything).toContain("user with … is unknown here");
  expect(everything).toContain("It is called [hidden] and that is wrong.");

  const ofRequests = lines().filter(({ msg, route, method }) => /request/.test(String(msg)) || route || method);
  expect(ofRequests.filter(({ request_id }) => !requests.includes(String(request_id)))).toEqual([]);
  expect(ofRequests.map(({ msg }) => msg)).toContain("A request failed.");
  const ended = lines().filter(({ msg }) => msg === "A request ended.");
  expect(ended.map(({ request_id }) => request_id).sort()).toEqual(requests.sort());
  const own = { level: "debug", method: "GET", route: "/api/agents/me", operation: "agents.me", status: 200 };
  const who = { actor_kind: "agent", actor_id: id, ms: expect.any(Number) };
  expect(ended).toContainEqual(expect.objectContaining({ ...own, ...who }));
});

it("does not log the password of a database, with or without a successful connection", async () => {
  const { host, port, user } = database.connection;
  const good = `postgres://${user}:${DATABASE_PASSWORD}@localhost:${port}/postgres?host=${encodeURIComponent(host)}`;
  const bad = `postgres://nobody:${DATABASE_PASSWORD}@127.0.0.1:1/none`;
  for (const [DATABASE_URL, starts] of [
    [good, true],
    [bad, false],
  ] as const) {
    const server = await start({ DATABASE_URL });
    expect(server.url !== undefined).toBe(starts);
    if (starts) await server.stop();
    expect(server.written()).not.toContain(DATABASE_PASSWORD);
  }
});

it("logs no requests at level info", async () => {
  const server = await start({ BAILIWICK_LOG_LEVEL: "info" });
  expect((await fetch(`${server.url}/api/agents`)).status).toBe(401);
  await server.stop();
  expect(linesOf(server.written()).filter(({ request_id }) => request_id)).toEqual([]);
});
