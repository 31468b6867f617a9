import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, describe, expect, inject, test } from "vitest";
import { aDatabase, urlOf } from "../test/harness/harness.ts";
import { soon } from "../test/harness/latch.ts";
import { aWire } from "../test/harness/wire.ts";
import { createSignInLink } from "./auth/index.ts";
import { connectionConfig } from "./db/connect.ts";
import { type RunningServer, startServer } from "./main.ts";
import { readConfig } from "./runtime/config.ts";
import { createLog } from "./runtime/log.ts";

const [folder, ownFolder] = ["main", "own"].map((name) => mkdtempSync(join(tmpdir(), `bailiwick-${name}-`))) as [
  string,
  string,
];
const open: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});
afterAll(() => {
  for (const made of [folder, ownFolder]) rmSync(made, { recursive: true, force: true });
});

/** The address of a database that holds nothing, or of one that is migrated. */
const anEmptyDatabase = async () => urlOf(await aDatabase("template1"));
const aMigratedDatabase = async () => urlOf(await aDatabase());

async function asAdmin(database: string, sql: string): Promise<void> {
  const admin = new pg.Client(connectionConfig({ socket: { ...inject("server"), database }, size: 1 }));
  await admin.connect();
  await admin.query(sql);
  await admin.end();
}

const databaseOf = (url: string) => new URL(url).pathname.slice(1);

async function run(env: Record<string, string>, isTerminal = false) {
  const lines: string[] = [];
  const logged: string[] = [];
  const log = createLog({ level: "debug", destination: { write: (line) => void logged.push(line) } });
  const settings = { BAILIWICK_PORT: "0", BAILIWICK_DATA_DIR: folder, ...env };
  const server = await startServer(readConfig(settings), { onLine: (line) => lines.push(line), log, isTerminal });
  open.push(server);
  return { ...server, lines, logged: () => logged.join("") };
}

/** Signs the owner in by the printed link; answers the cookie. */
async function signIn(url: string, lines: readonly string[]): Promise<string> {
  const token = /sign-in\?token=([^\s]+)/.exec(lines.join("\n"))?.[1];
  const answer = await fetch(`${url}/api/auth/verify`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  expect(answer.status).toBe(200);
  return answer.headers.get("set-cookie")?.split(";")[0] ?? "";
}

test("a start on an empty database migrates, greets with a link that signs the owner in, and serves everything", async () => {
  const { url, lines } = await run({ DATABASE_URL: await anEmptyDatabase() });
  expect(lines.join("\n")).toContain(`runs at ${url}`);
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
  expect((await fetch(`${url}/api/ready`)).status).toBe(200);
  for (const path of ["/", "/docs", "/sign-in", "/dev/inbox", "/page.css", "/metrics", "/api/openapi.json"]) {
    expect((await fetch(`${url}${path}`)).status, path).toBe(200);
  }
  const cookie = await signIn(url, lines);
  const me = await fetch(`${url}/api/auth/me`, { headers: { cookie } });
  expect(await me.json()).toMatchObject({ authenticated: true, user: { email: "owner@bailiwick.local" } });
  const options = { redirect: "manual", headers: { accept: "text/html" } } as const;
  const stranger = await fetch(`${url}/tasks`, options);
  expect([stranger.status, stranger.headers.get("location")]).toEqual([303, "/sign-in"]);
  const person = await fetch(`${url}/tasks`, { ...options, headers: { ...options.headers, cookie } });
  expect([person.status, person.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
  expect(await (await fetch(url, { headers: { cookie } })).text()).not.toContain('href="/sign-in"');
  // The link works once.
  await expect(signIn(url, lines)).rejects.toThrow();
  const mcp = await fetch(`${url}/mcp`, { method: "POST" });
  expect(mcp.status).toBe(401);
});

test("what a sign-in needs does not reach the log", async () => {
  const { url, lines, logged } = await run({ DATABASE_URL: await aMigratedDatabase() });
  const cookie = await signIn(url, lines);
  await fetch(`${url}/api/auth/me`, { headers: { cookie } });
  expect(logged()).not.toContain(cookie.split("=")[1]);
  expect(logged()).not.toContain(/token=(\S+)/.exec(lines.join("\n"))?.[1]);
});

test("two processes on one database agree, and a session ended in one is ended in the other", async () => {
  const DATABASE_URL = await anEmptyDatabase();
  const [one, two] = await Promise.all([run({ DATABASE_URL }), run({ DATABASE_URL })]);
  // Each printed a link, and any of them counts until one is used.
  const { lines } = await run({ DATABASE_URL });
  const cookie = await signIn(one.url, lines);
  const status = async () => (await fetch(`${two.url}/api/auth/me`, { headers: { cookie } })).status;
  expect(await status()).toBe(200);
  await fetch(`${one.url}/api/auth/logout`, { method: "POST", headers: { cookie } });
  await soon(status).toBe(401);
});

test("a fact written in one process is seen live in another", async () => {
  const DATABASE_URL = await anEmptyDatabase();
  const [one, two] = await Promise.all([run({ DATABASE_URL }), run({ DATABASE_URL })]);
  const { lines } = await run({ DATABASE_URL });
  const cookie = await signIn(one.url, lines);
  const abort = new AbortController();
  const stream = await fetch(`${two.url}/api/live`, { headers: { cookie }, signal: abort.signal });
  let text = "";
  const reading = (async () => {
    for await (const chunk of stream.body ?? []) text += new TextDecoder().decode(chunk);
  })().catch(() => undefined);
  await soon(() => text).toContain("retry:");
  await fetch(`${one.url}/api/keys`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify({ kind: "service", name: "ci", scopes: ["ingest"] }),
  });
  await soon(() => text).toContain('"type":"key.created"');
  abort.abort();
  await reading;
});

describe("the owner's link", () => {
  const hasLink = (lines: readonly string[]) => lines.join("\n").includes("sign-in?token=");

  test("is printed until the owner has signed in, and from then on to a terminal alone", async () => {
    const DATABASE_URL = await aMigratedDatabase();
    const [first, second] = [await run({ DATABASE_URL }), await run({ DATABASE_URL })];
    expect([hasLink(first.lines), hasLink(second.lines)]).toEqual([true, true]);
    await signIn(second.url, first.lines);
    const piped = await run({ DATABASE_URL, BAILIWICK_PUBLIC_URL: "https://bailiwick.example.com" });
    expect(hasLink(piped.lines)).toBe(false);
    expect(piped.lines.join("\n")).toContain("bailiwick sign-in-link owner@bailiwick.local");
    const watched = await run({ DATABASE_URL }, true);
    await signIn(watched.url, watched.lines);
  });

  test("keeps the links that people requested", async () => {
    const DATABASE_URL = await aMigratedDatabase();
    const { url, lines } = await run({ DATABASE_URL });
    await signIn(url, lines);
    const answer = await fetch(`${url}/api/auth/request-magic-link`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: "owner@bailiwick.local" }),
    });
    const { dev_link } = (await answer.json()) as { dev_link: string };
    for (let count = 0; count < 3; count++) await run({ DATABASE_URL }, true);
    await signIn(url, [dev_link]);
  });
});

describe("the inbox of a server without a mail server", () => {
  test("is opened by the address that the start printed", async () => {
    const { lines } = await run({ DATABASE_URL: await aMigratedDatabase() });
    const address = /http\S+\/dev\/inbox\?code=\S+/.exec(lines.join("\n"))?.[0] ?? "";
    const opened = await fetch(address, { redirect: "manual" });
    expect([opened.status, opened.headers.get("set-cookie")]).toEqual([303, expect.stringContaining("Path=/dev")]);
  });

  test.each([
    ["others can call it", { BAILIWICK_HOST: "0.0.0.0" }],
    ["it has a public address", { BAILIWICK_PUBLIC_URL: "https://bailiwick.example.com" }],
    ["a proxy is declared", { BAILIWICK_TRUSTED_PROXIES: "127.0.0.1" }],
  ])("is not there, and no link is shown, where %s; the start says what to do instead", async (_why, env) => {
    const { lines, url, app } = await run({ DATABASE_URL: await aMigratedDatabase(), ...env });
    expect(lines.join("\n")).toContain("The server cannot send mail.");
    expect(lines.join("\n")).not.toContain("/dev/inbox");
    expect(app.env.delivery).toBe("none");
    const direct = url.startsWith("https") ? undefined : `${url}/dev/inbox`;
    if (direct) expect((await fetch(direct)).status).toBe(404);
  });
});

test("an owner with an international address gets links for it, and the pages say who makes links without mail", async () => {
  const owner = "anna@müller.example";
  const { lines, url, app } = await run({
    DATABASE_URL: await anEmptyDatabase(),
    BAILIWICK_OWNER_EMAIL: owner,
    BAILIWICK_TRUSTED_PROXIES: "127.0.0.1",
  });
  const cookie = await signIn(url, lines);
  const me = await fetch(`${url}/api/auth/me`, { headers: { cookie } });
  expect(await me.json()).toMatchObject({ user: { email: owner } });
  const command = "bailiwick sign-in-link";
  expect(await (await fetch(`${url}/sign-in`)).text()).toContain(`<code>${command} EMAIL</code>`);
  const form = new URLSearchParams({ email: ` ${owner}` });
  const answer = await fetch(`${url}/sign-in`, { method: "POST", headers: { origin: url }, body: form });
  expect(await answer.text()).toMatch(/no mail server.*bailiwick sign-in-link anna@müller\.example/s);
  const printed = await signIn(url, [await createSignInLink(app.db, app.env, owner)]);
  const again = await fetch(`${url}/api/auth/me`, { headers: { cookie: printed } });
  expect(await again.json()).toMatchObject({ user: { email: owner } });
});

test("a public address without a declared proxy is warned of, once, at the start", async () => {
  const DATABASE_URL = await aMigratedDatabase();
  const env = { DATABASE_URL, BAILIWICK_PUBLIC_URL: "https://bailiwick.example.com" };
  const warnings = (logged: string) => logged.split("\n").filter((line) => line.includes("BAILIWICK_TRUSTED_PROXIES"));
  const { logged } = await run(env);
  expect(warnings(logged())).toHaveLength(1);
  expect(JSON.parse(warnings(logged())[0] ?? "")).toMatchObject({ level: "warn" });
  const declared = await run({ ...env, BAILIWICK_TRUSTED_PROXIES: "127.0.0.1" });
  const local = await run({ DATABASE_URL });
  expect([warnings(declared.logged()), warnings(local.logged())]).toEqual([[], []]);
});

describe("a lost database", () => {
  test("is 503 with when to come back, and is found again without a restart", async () => {
    const direct = new URL(await anEmptyDatabase());
    const wire = await aWire();
    const DATABASE_URL = `postgres://${direct.username}@127.0.0.1:${wire.port}${direct.pathname}`;
    const { url, lines } = await run({ DATABASE_URL });
    const cookie = await signIn(url, lines);
    const ask = () => fetch(`${url}/api/auth/me`, { headers: { cookie } });
    const stream = await fetch(`${url}/api/live`, { headers: { cookie } });
    wire.cut();
    await soon(async () => (await ask()).status).toBe(503);
    const answer = await ask();
    expect(answer.headers.get("retry-after")).toBeTruthy();
    expect(await answer.json()).toMatchObject({ code: "unavailable" });
    expect((await fetch(`${url}/api/ready`)).status).toBe(503);
    expect((await fetch(`${url}/api/health`)).status).toBe(200);
    expect((await fetch(url, { headers: { cookie } })).status).toBe(503);
    await wire.mend();
    await soon(async () => (await ask()).status).toBe(200);
    expect((await fetch(`${url}/api/ready`)).status).toBe(200);
    // The stream outlives it and goes on where it was.
    const reader = stream.body?.getReader();
    const made = await fetch(`${url}/api/keys`, {
      method: "POST",
      headers: { cookie, "content-type": "application/json" },
      body: JSON.stringify({ kind: "service", name: "after", scopes: ["ingest"] }),
    });
    expect(made.status).toBe(201);
    let text = "";
    await soon(async () => {
      text += new TextDecoder().decode((await reader?.read())?.value);
      return text;
    }).toContain("key.created");
    await reader?.cancel();
    wire.cut();
  });
});

describe("a start that cannot be", () => {
  test("on a port that is in use is one line, and leaves nothing running", async () => {
    const DATABASE_URL = await anEmptyDatabase();
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    await expect(run({ DATABASE_URL, BAILIWICK_PORT: port })).rejects.toThrow(
      `Port ${port} of 127.0.0.1 is in use. Stop the program that uses it, or set BAILIWICK_PORT to another port.`,
    );
    taken.close();
    const database = databaseOf(DATABASE_URL);
    await soon(() => asAdmin("postgres", `drop database ${database}`).then(() => "dropped")).toBe("dropped");
  });

  test("without its database fails with the reason", async () => {
    await expect(run({ DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" })).rejects.toThrow(/ECONNREFUSED/);
  });
});

test("a shutdown ends long polls and streams, finishes requests, and closes every connection", async () => {
  const DATABASE_URL = await anEmptyDatabase();
  const server = await run({ DATABASE_URL });
  const cookie = await signIn(server.url, server.lines);
  const stream = await fetch(`${server.url}/api/live`, { headers: { cookie } });
  await server.close();
  // A stream that was cut off at the end of the grace would fail.
  await stream.text();
  await expect(fetch(`${server.url}/api/health`)).rejects.toThrow();
  await asAdmin("postgres", `drop database ${databaseOf(DATABASE_URL)}`);
});

test("on a private database of its own, started again it is the same server", async () => {
  const first = await run({ BAILIWICK_DATA_DIR: ownFolder });
  const cookie = await signIn(first.url, first.lines);
  await first.close();
  const second = await run({ BAILIWICK_DATA_DIR: ownFolder });
  expect((await fetch(`${second.url}/api/auth/me`, { headers: { cookie } })).status).toBe(200);
  expect(second.lines.join("\n")).not.toContain("master key was made");
});
