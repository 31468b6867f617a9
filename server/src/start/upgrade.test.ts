import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { afterAll, expect, inject, test } from "vitest";
import { aDatabase, urlOf } from "../../test/harness/harness.ts";
import { connectionConfig } from "../db/connect.ts";
import { migrate, migrationsFolder, readMigrations } from "../db/migrate.ts";
import { startServer } from "../main.ts";
import { readConfig } from "../runtime/config.ts";
import { createLog } from "../runtime/log.ts";

/** It keeps the master key, which every start on a database needs. */
const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-upgrade-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** The lines that a start on this database prints. */
async function linesOfStart(database: string): Promise<string[]> {
  const lines: string[] = [];
  const settings = { BAILIWICK_PORT: "0", BAILIWICK_DATA_DIR: dataDir, DATABASE_URL: urlOf(database) };
  const log = createLog({ level: "silent" });
  const server = await startServer(readConfig(settings), { onLine: (line) => lines.push(line), log });
  await server.close();
  return lines;
}

test("a start on an older database says from which migration to which it went, and others say nothing", async () => {
  const migrations = readMigrations(migrationsFolder());
  const database = await aDatabase("template0");
  const socket = { ...inject("server"), database };
  const early = new pg.Client(connectionConfig({ socket, size: 1 }));
  await early.connect();
  await migrate(early, migrations.slice(0, -2));
  await early.end();
  const moved = `Migrated the database from ${migrations.length - 2} to ${migrations.length}.`;
  expect(await linesOfStart(database)).toContain(moved);
  const client = new pg.Client(connectionConfig({ socket, size: 1 }));
  await client.connect();
  // Without these rows, plans that are kept from the beginning would read a whole workspace to find one task.
  const { rows } = await client.query("select relname from pg_class where relname = any($1) and reltuples = 200", [
    ["agents", "gates", "tasks"],
  ]);
  expect(rows).toHaveLength(3);
  await client.end();
  const others = [await linesOfStart(database), await linesOfStart(await aDatabase("template0"))];
  expect(others.join("\n")).not.toContain("Migrated");
});
