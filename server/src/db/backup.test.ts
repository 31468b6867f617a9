import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import pg from "pg";
import { uuidv7 } from "uuidv7";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { TEMPLATE } from "../../test/harness/template.ts";
import { backup } from "./backup.ts";
import { connectionConfig } from "./connect.ts";
import { migrate, migrationsFolder, readMigrations } from "./migrate.ts";
import { restore } from "./restore.ts";
import { describeSchema } from "./schema.ts";
import { listTables } from "./tables.ts";

const server = inject("server");
const migrations = readMigrations(migrationsFolder());
const clients: pg.Client[] = [];
let folder: string;
let file: string;
let source: pg.Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bailiwick-backup-"));
  file = join(folder, "backup.gz");
  source = await database(TEMPLATE);
  await fill(source);
  await backup({ client: source, file });
});

afterEach(async () => {
  for (const client of clients.splice(1)) await client.end();
});

afterAll(async () => {
  await source.end();
  await rm(folder, { recursive: true });
});

/** A new database: empty, or a copy of one. */
async function database(template = "template0"): Promise<pg.Client> {
  const name = `test_${randomUUID().replaceAll("-", "")}`;
  const maker = new pg.Client(connectionConfig({ socket: server, size: 1 }));
  await maker.connect();
  await maker.query(`create database ${name} template ${template}`);
  await maker.end();
  const client = new pg.Client(connectionConfig({ socket: { ...server, database: name }, size: 1 }));
  await client.connect();
  clients.push(client);
  return client;
}

const WORKSPACE = uuidv7();
const USER = uuidv7();
const HARD_TEXT = 'tab\tnewline\nback\\slash \\. quote" ünïcode 🙂 \\N';

/** Adds facts that committed in another order than their numbers, a loop of references, and text with escapes. */
async function fill(client: pg.Client): Promise<void> {
  const workspace = [WORKSPACE];
  await client.query("insert into workspaces (workspace_id, name) values ($1, $2)", [WORKSPACE, HARD_TEXT]);
  await client.query("insert into users (id, email) values ($1, 'a@example.org')", [USER]);
  await client.query("insert into members (workspace_id, user_id, role) values ($1, $2, 'owner')", [WORKSPACE, USER]);
  await client.query("update installation set owner_user_id = $1", [USER]);
  const fact = `insert into facts (workspace_id, id, seq, type, actor_kind, actor_id, subject_kind, subject_id, request_id, data)
    select $1, gen_random_uuid(), n, 'thing.done', 'user', 'x', 'thing', gen_random_uuid(), 'r', jsonb_build_object('n', n)
    from generate_series`;
  await client.query(`${fact} (5001, 10000) n`, workspace);
  await client.query(`${fact} (1, 5000) n`, workspace);
  await client.query("select setval(pg_get_serial_sequence('facts', 'seq'), 10000)");
  // An event of a day that a new database has no partition for.
  await client.query("select bailiwick_make_event_day('2026-01-02')");
  await client.query(
    `insert into obs_events (workspace_id, id, occurred_at, agent_id, event_type, status, billing_mode, payload, source)
     select $1, bailiwick_first_event_id(at), at, gen_random_uuid(), 'metric', 'info', 'metered', '{}', 'api'
     from (select timestamptz '2026-01-02T03:04:05Z' as at) t`,
    workspace,
  );
}

interface Contents {
  [table: string]: unknown;
}

/** A checksum for each table, without the columns that a restore changes. */
async function contents(client: pg.Client): Promise<Contents> {
  const found: Contents = {};
  for (const { name, columns } of await listTables(client)) {
    const kept = columns.filter((column) => column.name !== "xid" && column.name !== "epoch");
    const { rows } = await client.query(
      `select count(*)::int as rows, md5(string_agg(t::text, ' ' order by t::text collate "C")) as md5
       from (select ${kept.map(({ quoted }) => quoted).join(", ")} from ${name}) t`,
    );
    found[name] = rows[0];
  }
  return found;
}

const epochOf = async (client: pg.Client) => (await client.query("select epoch from installation")).rows[0]?.epoch;

test("a restored database holds what the first one held, in a new epoch", async () => {
  const target = await database();
  const progress: string[] = [];
  const summary = await restore({ client: target, file, migrations, onProgress: ({ table }) => progress.push(table) });
  expect(summary.rows).toBeGreaterThan(10_000);
  expect(await contents(target)).toEqual(await contents(source));
  expect(await describeSchema(target)).toBe(await describeSchema(source));
  expect(await epochOf(target)).not.toBe(await epochOf(source));
  expect(progress).toContain("facts");
  const facts = await target.query("select count(*)::int as n, min(seq)::int, max(xid::text) as xid from facts");
  expect(facts.rows).toEqual([{ n: 10_000, min: 1, xid: "0" }]);
  const next = await target.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, request_id)
     values ($1, $2, 'thing.done', 'user', 'x', 'thing', $2, 'r') returning seq::int`,
    [WORKSPACE, uuidv7()],
  );
  expect(next.rows).toEqual([{ seq: 10_001 }]);
  await expect(target.query("delete from facts")).rejects.toThrow("append-only");
});

test("a second backup has the same content", async () => {
  const target = await database();
  await restore({ client: target, file, migrations });
  const again = join(folder, "again.gz");
  await backup({ client: target, file: again });
  const sections = async (name: string) =>
    gunzipSync(await readFile(name))
      .toString()
      .split("\n")
      .filter((line) => line.includes("sha256"));
  const first = await sections(file);
  // Only `installation` differs: it has a new epoch.
  expect((await sections(again)).filter((line) => !first.includes(line))).toHaveLength(1);
});

test("a backup of an earlier schema is brought up to date", async () => {
  const early = await database();
  await migrate(early, migrations.slice(0, 2));
  await early.query("insert into users (id, email) values ($1, 'early@example.org')", [USER]);
  const name = join(folder, "early.gz");
  await backup({ client: early, file: name });
  const target = await database();
  await restore({ client: target, file: name, migrations });
  expect((await target.query("select email from users")).rows).toEqual([{ email: "early@example.org" }]);
  expect(await describeSchema(target)).toBe(await describeSchema(source));
  await expect(restore({ client: await database(TEMPLATE), file: name, migrations })).rejects.toThrow(
    `at migration ${migrations.length} and the backup is of migration 2`,
  );
});

test("a backup of a newer schema is refused", async () => {
  const target = await database();
  const older = migrations.slice(0, -1);
  await expect(restore({ client: target, file, migrations: older })).rejects.toThrow("made by a newer Bailiwick");
  expect(await listTables(target)).toEqual([]);
});

test("a database that is not empty is refused and stays as it is", async () => {
  const target = await database(TEMPLATE);
  await target.query("insert into workspaces (workspace_id, name) values ($1, 'Mine')", [uuidv7()]);
  const before = await contents(target);
  await expect(restore({ client: target, file, migrations })).rejects.toThrow("The database is not empty");
  expect(await contents(target)).toEqual(before);
  const foreign = await database();
  await foreign.query("create table wordpress_posts (id int)");
  await expect(restore({ client: foreign, file, migrations })).rejects.toThrow("wordpress_posts");
});

/** A copy of the backup file with changed text. */
async function changed(change: (text: string) => string): Promise<string> {
  const name = join(folder, `${randomUUID()}.gz`);
  await writeFile(name, gzipSync(change(gunzipSync(await readFile(file)).toString())));
  return name;
}

test.each([
  ["a changed row", (text: string) => text.replace("thing.done", "thing.gone")],
  ["a lost row", (text: string) => text.replace(/^.*thing\.done.*\n/m, "")],
  ["a missing end", (text: string) => text.replace('{"end":true}\n', "")],
  ["a lost table", (text: string) => text.slice(0, text.indexOf('{"table":"users"'))],
  ["no header", (text: string) => text.slice(text.indexOf("\n") + 1)],
  ["a row no table takes", (text: string) => text.replace("a@example.org", "")],
])("a file with %s is refused and nothing of it stays", async (_what, change) => {
  const target = await database();
  await expect(restore({ client: target, file: await changed(change), migrations })).rejects.toThrow(
    /is damaged|were refused|another shape/,
  );
  for (const table of (await listTables(target)).filter(({ name }) => ["users", "facts"].includes(name))) {
    expect((await target.query(`select from ${table.quoted}`)).rowCount).toBe(0);
  }
});

test("a truncated file and a file of another format are refused in one line", async () => {
  const short = await changed((text) => text);
  await truncate(short, 3_000);
  const other = join(folder, "other.txt");
  await writeFile(other, "Dear diary,\n");
  for (const name of [short, other]) {
    await expect(restore({ client: await database(), file: name, migrations })).rejects.toThrow(/is damaged.*\.$/);
  }
  await expect(restore({ client: await database(), file: "/nowhere/x", migrations })).rejects.toThrow("cannot be read");
});

test("a backup is readable only by its owner, replaces a file only with overwrite, and leaves no partial file", async () => {
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(backup({ client: source, file })).rejects.toThrow("exists already");
  await backup({ client: source, file, overwrite: true });
  await expect(backup({ client: source, file: "/nowhere/x.gz" })).rejects.toThrow("cannot be written");
  await expect(backup({ client: await database(), file: join(folder, "none.gz") })).rejects.toThrow("no Bailiwick");
  expect((await readdir(folder)).filter((name) => name.includes("partial"))).toEqual([]);
});

test("a backup that is stopped leaves nothing, and its connection can be closed", async () => {
  const busy = await database();
  await restore({ client: busy, file, migrations });
  const stop = new AbortController();
  const name = join(folder, "stopped.gz");
  const stopped = backup({ client: busy, file: name, signal: stop.signal, onProgress: () => stop.abort() });
  await expect(stopped).rejects.toThrow("The backup was stopped.");
  expect((await readdir(folder)).filter((found) => found.includes("stopped"))).toEqual([]);
});

test("a backup is one snapshot, without commits made meanwhile", async () => {
  const busy = await database();
  await restore({ client: busy, file, migrations });
  const writer = new pg.Client(connectionConfig({ socket: { ...server, database: busy.database ?? "" }, size: 1 }));
  await writer.connect();
  clients.push(writer);
  const name = join(folder, "busy.gz");
  let wrote = false;
  await backup({
    client: busy,
    file: name,
    onProgress({ table }) {
      if (table !== "facts" || wrote) return;
      wrote = true;
      void writer.query("insert into users (id, email) values ($1, 'late@example.org')", [uuidv7()]);
    },
  });
  expect((await writer.query("select from users where email = 'late@example.org'")).rowCount).toBe(1);
  expect(gunzipSync(await readFile(name)).toString()).not.toContain("late@example.org");
});
