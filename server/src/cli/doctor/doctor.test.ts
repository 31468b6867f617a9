/** The checks on real folders, databases, ports and mail servers. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from "vitest";
import { aDatabase, urlOf } from "../../../test/harness/harness.ts";
import { connectionConfig } from "../../db/connect.ts";
import { startPrivateServer } from "../../db/embedded.ts";
import { type RunningServer, startServer } from "../../main.ts";
import { readConfig } from "../../runtime/config.ts";
import { createLog } from "../../runtime/log.ts";
import { examine, runDoctor } from "./doctor.ts";
import type { Finding } from "./finding.ts";

const folder = mkdtempSync(join(tmpdir(), "bailiwick-doctor-"));
const MASTER_KEY = Buffer.alloc(32, 3).toString("base64");
const open: Server[] = [];
let database: string;
let running: RunningServer;
let env: Record<string, string>;

beforeAll(async () => {
  database = await aDatabase();
  const port = await freePort();
  env = { DATABASE_URL: urlOf(database), BAILIWICK_DATA_DIR: join(folder, "own"), BAILIWICK_PORT: String(port) };
  running = await startServer(readConfig(env), { onLine: () => undefined, log: createLog({ level: "silent" }) });
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of open.splice(0)) server.close();
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true, force: true });
});

const freePort = async () => {
  const port = await listening(createServer());
  await new Promise((resolve) => open.pop()?.close(resolve));
  return port;
};

/** Returns the port. The server is closed after the test. */
async function listening(server: Server): Promise<number> {
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

const outcomes = (findings: readonly Finding[]) =>
  Object.fromEntries(findings.map(({ check, outcome, text }) => [check, `${outcome}: ${text}`]));
const found = async (more: Record<string, string> = {}, nowMs?: () => number) =>
  outcomes(await examine({ ...env, ...more }, nowMs));

test("of a running server finds it, its database and its key, and changes nothing", async () => {
  const before = readdirSync(join(folder, "own"));
  const findings = await found();
  expect(Object.values(findings).filter((text) => text.startsWith("failed"))).toEqual([]);
  expect(findings).toMatchObject({
    folder: expect.stringMatching(/^ok/),
    "master key": expect.stringContaining("opens the stored secrets"),
    postgresql: expect.stringMatching(/^ok: PostgreSQL \d+\.\d+.* answers/),
    role: expect.stringContaining("works as the role"),
    migrations: expect.stringContaining("the newest"),
    clock: expect.stringMatching(/^ok/),
    port: expect.stringContaining("is ready"),
  });
  expect(readdirSync(join(folder, "own"))).toEqual(before);
});

test("a public address is followed to the server", async () => {
  const site = createHttpServer((_request, response) => response.writeHead(404).end("<html>"));
  const other = `http://127.0.0.1:${await listening(site)}`;
  const proxies = { BAILIWICK_TRUSTED_PROXIES: "127.0.0.1" };
  const own = { ...proxies, BAILIWICK_PUBLIC_URL: running.url, BAILIWICK_URL: running.url };
  expect(await found(own)).toMatchObject({
    "public address": expect.stringMatching(/^ok/),
    client: expect.stringMatching(/^ok/),
  });
  expect(await found({ ...proxies, BAILIWICK_PUBLIC_URL: other })).toMatchObject({
    "public address": `failed: ${other} does not reach this server: /api/health returns 404.`,
  });
});

test("a wrong key, and a server of another installation, are recognised", async () => {
  expect((await found({ BAILIWICK_MASTER_KEY: MASTER_KEY }))["master key"]).toBe(
    "failed: The master key in BAILIWICK_MASTER_KEY does not fit this database.",
  );
  const DATABASE_URL = urlOf(await aDatabase());
  const BAILIWICK_DATA_DIR = join(folder, "second");
  const second = await startServer(readConfig({ DATABASE_URL, BAILIWICK_DATA_DIR, BAILIWICK_PORT: "0" }), {
    onLine: () => undefined,
    log: createLog({ level: "silent" }),
  });
  const { port } = new URL(second.url);
  expect((await found({ BAILIWICK_PORT: port })).port).toMatch(/^failed: .* belongs to another installation\.$/);
  await second.close();
});

test("a lost key, and one that others may read, are named", async () => {
  const dataDir = join(folder, "keys");
  const own = { BAILIWICK_DATA_DIR: dataDir, BAILIWICK_MASTER_KEY_FILE: join(folder, "given.key") };
  mkdirSync(dataDir);
  expect((await found({ BAILIWICK_DATA_DIR: dataDir }))["master key"]).toMatch(/^failed: There is no master key in /);
  writeFileSync(own.BAILIWICK_MASTER_KEY_FILE, readFileSync(join(folder, "own/master.key")));
  chmodSync(own.BAILIWICK_MASTER_KEY_FILE, 0o644);
  expect((await found(own))["master key"]).toBe(`warning: Other users may read ${own.BAILIWICK_MASTER_KEY_FILE}.`);
  expect(readdirSync(dataDir)).toEqual([]);
});

test("a port of another program, and an address of another machine, are named", async () => {
  const silent = createServer((socket) => void socket.resume().end("no http\r\n"));
  const port = await listening(silent);
  expect((await found({ BAILIWICK_PORT: String(port) })).port).toMatch(/^failed: Another program uses port/);
  expect((await found({ BAILIWICK_HOST: "203.0.113.7" })).port).toMatch(/^failed: This machine cannot listen on/);
  const free = String(await freePort());
  expect((await found({ BAILIWICK_PORT: free })).port).toMatch(/^ok: Port \d+ of 127\.0\.0\.1 is free/);
});

test("a database that is away fails, and the rest is looked at", async () => {
  const findings = await found({ DATABASE_URL: "postgres://someone:hidden@127.0.0.1:1/none" });
  expect(findings.postgresql).toMatch(/^failed: The database cannot be reached/);
  expect(findings.migrations).toBe("skipped: No database was read.");
  expect(findings.port).toMatch(/^ok/);
  expect(JSON.stringify(findings)).not.toContain("hidden");
});

test("an empty database stays empty, and one of a newer version is named", async () => {
  const empty = await aDatabase("template1");
  expect((await found({ DATABASE_URL: urlOf(empty) })).migrations).toBe("warning: No migration has run yet.");
  const tables = "select 1 from pg_class where relnamespace = 'public'::regnamespace";
  expect(await asAdmin(empty, tables)).toBe(0);
  const ahead = await aDatabase();
  await asAdmin(ahead, "insert into schema_migrations (number, name, sha256) values (9999, 'later', '')");
  expect((await found({ DATABASE_URL: urlOf(ahead) })).migrations).toMatch(/^failed: .*at migration 9999/);
});

test("a login without rights is refused with the statements for an administrator", async () => {
  const name = `weak_${database}`;
  await asAdmin(database, `create role ${name} login`);
  const url = new URL(urlOf(database));
  url.username = name;
  expect((await found({ DATABASE_URL: url.href })).role).toBe(`failed: The login ${name} does not own the tables.`);
  const fresh = await aDatabase("template1");
  url.pathname = `/${fresh}`;
  expect((await found({ DATABASE_URL: url.href })).role).toMatch(/^failed: .* may not make tables/);
  await asAdmin(database, `drop role ${name}`);
});

test("a clock that differs from that of the database, and one that was set back, are found", async () => {
  expect((await found({}, () => Date.now() + 300_000)).clock).toMatch(/^failed: The clocks .* differ by 300 s\.$/);
  const noted = await aDatabase();
  await asAdmin(noted, "update schema_migrations set applied_at = now() + interval '1 hour' where number = 1");
  expect((await found({ DATABASE_URL: urlOf(noted) })).clock).toMatch(/^failed: The clock has been 3\d{3} s ahead/);
});

test("a mail server is tried without a mail", async () => {
  const said: string[] = [];
  const smtp = createServer((socket) => {
    socket.write("220 mail\r\n");
    socket.on("data", (data) => {
      said.push(String(data));
      socket.write("250 fine\r\n");
    });
    socket.on("error", () => undefined);
  });
  const port = await listening(smtp);
  const own = { BAILIWICK_MAIL_FROM: "a@example.com" };
  expect((await found({ ...own, BAILIWICK_SMTP_URL: `smtp://127.0.0.1:${port}` })).mail).toMatch(
    /^ok: The mail server/,
  );
  expect(said.join("")).toMatch(/^EHLO/);
  expect(said.join("")).not.toMatch(/MAIL FROM/i);
  const away = await found({ ...own, BAILIWICK_SMTP_URL: "smtp://u:hidden@127.0.0.1:1" });
  expect(away.mail).toMatch(/^failed: The mail server 127\.0\.0\.1:1 cannot be used: .*ECONNREFUSED/);
  expect(away.mail).not.toContain("hidden");
});

test("a folder that is none, and one that does not exist, are named, and nothing is made", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect((await found({ BAILIWICK_DATA_DIR: file })).folder).toBe(`failed: ${file} is not a folder.`);
  const under = await found({ BAILIWICK_DATA_DIR: join(file, "deeper") });
  expect(under.folder).toMatch(/^failed: .* cannot be read: ENOTDIR/);
  const none = join(folder, "none");
  const findings = await found({ BAILIWICK_DATA_DIR: none, DATABASE_URL: "" });
  expect(findings.folder).toMatch(/^warning: .* does not exist, so there is no installation here/);
  expect(findings.postgresql).toMatch(/there is no private database yet/);
  expect(readdirSync(folder)).not.toContain("none");
});

test("a private database is found while it runs and when it does not, and is not started", async () => {
  // In no other folder, because root runs PostgreSQL as another user.
  const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-doctor-"));
  const own = { BAILIWICK_DATA_DIR: dataDir, DATABASE_URL: "" };
  const server = await startPrivateServer({ dataDir, isDurable: false, log: () => undefined });
  expect(await found(own)).toMatchObject({
    folder: `ok: ${dataDir} can be used.`,
    postgresql: expect.stringMatching(/^ok: The private PostgreSQL \d.* answers\.$/),
    migrations: "warning: No migration has run yet.",
    disk: expect.stringMatching(/are free on the disk/),
  });
  await server.stop();
  const before = readdirSync(dataDir, { recursive: true });
  const stopped = await found(own);
  expect(stopped.postgresql).toMatch(/^ok: PostgreSQL \d+ is installed\. It does not run, and the server starts it\.$/);
  expect(stopped["master key"]).toMatch(/^failed: There is no master key/);
  expect(readdirSync(dataDir, { recursive: true })).toEqual(before);
  rmSync(dataDir, { recursive: true });
});

test("wrong settings are all named, and the whole is printed as text or JSON", async () => {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line) => void lines.push(String(line)));
  const wrong = { BAILIWICK_PORT: "x", BAILIWICK_LOG_LEVEL: "y", BAILIWICK_HOSTT: "z" };
  expect(await runDoctor(wrong, true)).toBe(false);
  const printed = JSON.parse(lines.pop() ?? "") as { ok: boolean; checks: Finding[] };
  expect(printed).toMatchObject({ ok: false, checks: [{ check: "settings", outcome: "failed" }, { check: "node" }] });
  for (const name of Object.keys(wrong)) expect(printed.checks[0]?.text).toContain(name);
  expect(await runDoctor(env, false)).toBe(true);
  expect(lines.pop()).toMatch(/^ok +settings .*\n(.+\n)+\n0 failed, \d warnings\.$/);
});

async function asAdmin(name: string, sql: string): Promise<number> {
  const client = new pg.Client(connectionConfig({ socket: { ...inject("server"), database: name }, size: 1 }));
  await client.connect();
  try {
    return (await client.query(sql)).rows.length;
  } finally {
    await client.end();
  }
}
