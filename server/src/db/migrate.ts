/** Runs numbered SQL files, forward only, each once, also when two servers start together. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Client, QueryConfig } from "pg";
import { ensureRole, ROLE } from "./role.ts";

/** The advisory lock of migrations: the same in every version, and different from the locks of the private server. */
const MIGRATION_LOCK = 7_300_100;
const FILE = /^([0-9]{4})_[a-z-]+\.sql$/;

export interface Migration {
  number: number;
  name: string;
  sql: string;
}

export class MigrationError extends Error {}

/** Reads the files, whose names start with 0001, 0002 and so on. Throws when a number is missing. */
export function readMigrations(folder: string): Migration[] {
  const migrations = readdirSync(folder)
    .filter((name) => FILE.test(name))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(join(folder, name), "utf8") }));
  const gap = migrations.find(({ number }, index) => number !== index + 1);
  if (migrations.length === 0) throw new MigrationError(`No migrations in ${folder}.`);
  if (gap) throw new MigrationError(`Migration ${gap.name} is out of order.`);
  return migrations;
}

/** Runs the missing migrations as the login role. Returns how many ran. */
export async function migrate(client: Client, migrations: readonly Migration[]): Promise<number> {
  await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
  try {
    await client.query(`create table if not exists schema_migrations (
      number int primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`);
    const { rows } = await client.query<{ number: number; sha256: string; name: string }>(
      "select number, name, sha256 from schema_migrations order by number",
    );
    const newest = rows.at(-1)?.number ?? 0;
    if (newest > migrations.length) {
      throw new MigrationError(
        `The database is at migration ${newest}, this version knows ${migrations.length}. Start a newer Bailiwick.`,
      );
    }
    for (const { number, sha256, name } of rows) {
      const own = migrations[number - 1];
      if (own && hash(own.sql) !== sha256) throw new MigrationError(`Migration ${name} was changed after it ran.`);
    }
    const due = migrations.filter(({ number }) => number > newest);
    const role = await ensureRole(client);
    for (const migration of due) await apply(client, migration, role);
    if (due.length > 0) await teachPlanner(client);
    return due.length;
  } finally {
    await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
  }
}

/** Gives an empty database the statistics with which kept plans find one task without reading its whole workspace. */
async function teachPlanner(client: Client): Promise<void> {
  const { rows } = await client.query("select 1 where to_regproc('bailiwick_teach_planner') is not null");
  if (rows.length > 0) await client.query("select bailiwick_teach_planner()");
}

async function apply(client: Client, { number, name, sql }: Migration, role: string): Promise<void> {
  try {
    await client.query("begin; set local statement_timeout = 0");
    await client.query(textFor(role, sql));
    await client.query("insert into schema_migrations (number, name, sha256) values ($1, $2, $3)", [
      number,
      name,
      hash(sql),
    ]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`Migration ${name} failed: ${reason}.`, { cause: error });
  }
}

/** The first migration makes the role and grants it to every login. `ensureRole` does that instead, where it is needed. */
const ROLE_STATEMENTS = /^do \$\$\nbegin\n {2}if not exists \(select from pg_roles[\s\S]*?(?=^grant usage on schema)/m;

/** The stored digest is that of the file, which stays as it is. */
function textFor(role: string, sql: string): string {
  return sql.replace(ROLE_STATEMENTS, "").replaceAll(ROLE, role);
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The statement that reads the number of the newest migration, as `newest`; null when none has run. */
export function newestMigration(answerMs: number): QueryConfig {
  // The driver accepts a timeout per query; its types declare it only for a connection.
  const query: QueryConfig & { query_timeout: number } = {
    text: "select max(number) as newest from schema_migrations",
    query_timeout: answerMs,
  };
  return query;
}

/** The folder of the migrations, which is next to this file in the sources and next to the bundle after a build. */
export function migrationsFolder(): string {
  return fileURLToPath(new URL("./migrations", import.meta.url));
}
