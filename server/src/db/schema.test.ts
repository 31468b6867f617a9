import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { TEMPLATE } from "../../test/harness/template.ts";
import { connectionConfig } from "./connect.ts";
import { type Migration, migrationsFolder, readMigrations } from "./migrate.ts";
import { describeSchema } from "./schema.ts";
import { isSchemaFresh, schemaFile } from "./schema-file.ts";

const committed = readFileSync(new URL("./schema.sql", import.meta.url), "utf8");
const migrations = readMigrations(migrationsFolder());

let client: pg.Client;
const socket = { ...inject("server"), database: `test_${randomUUID().replaceAll("-", "")}` };

beforeAll(async () => {
  const maker = new pg.Client(connectionConfig({ socket: inject("server"), size: 1 }));
  await maker.connect();
  await maker.query(`create database ${socket.database} template ${TEMPLATE}`);
  await maker.end();
  client = new pg.Client(connectionConfig({ socket, size: 1 }));
  await client.connect();
});

afterAll(async () => {
  await client.end();
});

test("the committed schema equals the schema that the migrations make, on every version of PostgreSQL", async () => {
  expect(schemaFile(await describeSchema(client), migrations)).toBe(committed);
});

test.each([
  ["a migration is new", (all: Migration[]) => [...all, { number: 9_999, name: "9999_new.sql", sql: "select 1" }]],
  [
    "a migration changed",
    (all: Migration[]) => all.map((one) => (one.number === 1 ? { ...one, sql: "select 1" } : one)),
  ],
])("the committed schema is stale when %s", (_what, change) => {
  expect(isSchemaFresh(committed, migrations)).toBe(true);
  expect(isSchemaFresh(committed, change(migrations))).toBe(false);
});

test("an edited schema file is stale", () => {
  expect(isSchemaFresh(committed.replace("create table", "create  table"), migrations)).toBe(false);
  expect(isSchemaFresh(committed.replace("Do not edit", "Edit"), migrations)).toBe(false);
  expect(isSchemaFresh("", migrations)).toBe(false);
});

test.each([
  ["a column", "alter table members add column nickname text"],
  ["a default", "alter table members alter column role set default 'viewer'"],
  ["a constraint", "alter table members add constraint odd check (role <> 'x')"],
  ["an index", "create index odd on members (role) where role = 'owner'"],
  ["a trigger", "create trigger odd before update on members for each row execute function bailiwick_refuse_change()"],
  ["a policy", "create policy odd on members as restrictive for select to bailiwick_app using (role = 'x')"],
  ["row-level security", "alter table members disable row level security"],
  ["a grant", "grant delete on members to bailiwick_app"],
  ["a grant on a column", "grant update (joined_at) on members to bailiwick_app"],
  ["a function", "create function odd() returns int language sql stable as 'select 1'"],
  ["who may call a function", "revoke all on function bailiwick_now() from public"],
])("sees %s", async (_what, change) => {
  const before = await describeSchema(client);
  await client.query(change);
  expect(await describeSchema(client)).not.toBe(before);
});

test("prints the same text with every search path", async () => {
  const before = await describeSchema(client);
  await client.query("set search_path = pg_catalog");
  expect(await describeSchema(client)).toBe(before);
});
