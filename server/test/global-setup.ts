/** One server for the whole run, with a migrated template database that each test file copies. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { connectionConfig, type PoolTarget } from "../src/db/connect.ts";
import { startPrivateServer } from "../src/db/embedded.ts";
import { migrate, readMigrations } from "../src/db/migrate.ts";
import { TEMPLATE } from "./harness/template.ts";

declare module "vitest" {
  export interface ProvidedContext {
    server: NonNullable<PoolTarget["socket"]>;
  }
}

const MIGRATIONS = join(import.meta.dirname, "../src/db/migrations");

let stop: () => Promise<void> = async () => undefined;

/** `BAILIWICK_TEST_PG_BIN` names other binaries, so that the suite runs on every version that is supported. */
export async function setup(project: TestProject): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-test-"));
  const pgBin = process.env.BAILIWICK_TEST_PG_BIN;
  if (pgBin && !existsSync(pgBin)) throw new Error(`BAILIWICK_TEST_PG_BIN: there is no ${pgBin}.`);
  const server = await startPrivateServer({ dataDir, pgBin, isDurable: false, log: () => undefined });
  const admin = new pg.Client(connectionConfig({ socket: server.connection, size: 1 }));
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  const template = new pg.Client(connectionConfig({ socket: { ...server.connection, database: TEMPLATE }, size: 1 }));
  await template.connect();
  await migrate(template, readMigrations(MIGRATIONS));
  await template.end();
  await admin.end();
  project.provide("server", server.connection);
  stop = async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
}

export async function teardown(): Promise<void> {
  await stop();
}
