/** Starts a PostgreSQL for the bench with the settings of every installation: a confirmed commit is on disk. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { connectionConfig, createPool, type DatabasePool, type PoolTarget } from "../server/src/db/connect.ts";
import { startPrivateServer } from "../server/src/db/embedded.ts";
import { migrate, readMigrations } from "../server/src/db/migrate.ts";
import { parentOf } from "./cpu.ts";
import { say } from "./figures.ts";
import { PG_BIN } from "./settings.ts";

/** The default of `BAILIWICK_POOL_SIZE`. */
const POOL_SIZE = 10;
const DATABASE = "bench";
/** The working directory of the bench is the root of the repository. */
const MIGRATIONS = "server/src/db/migrations";

export interface Cluster {
  version: string;
  postmaster: number;
  socket: NonNullable<PoolTarget["socket"]>;
  /** A connection of the login role, which row-level security does not limit: for filling tables. */
  admin: pg.Client;
  /** Makes a pool as the server would. */
  pool(): DatabasePool;
  stop(): Promise<void>;
}

export async function startCluster(): Promise<Cluster> {
  const dataDir = mkdtempSync(join(tmpdir(), "bailiwick-bench-"));
  const server = await startPrivateServer({ dataDir, pgBin: PG_BIN, log: say });
  const socket = { ...server.connection, database: DATABASE };
  await makeDatabase(server.connection);
  const admin = new pg.Client(connectionConfig({ socket, size: 1 }));
  await admin.connect();
  await admin.query("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0");
  await migrate(admin, readMigrations(MIGRATIONS));
  const pools: DatabasePool[] = [];
  return {
    version: await settingOf(admin, "server_version"),
    postmaster: await postmasterOf(admin),
    socket,
    admin,
    pool() {
      const pool = createPool({ socket, size: POOL_SIZE });
      pools.push(pool);
      return pool;
    },
    async stop() {
      await Promise.all(pools.map((pool) => pool.end()));
      await admin.end();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeDatabase(socket: Cluster["socket"]): Promise<void> {
  const client = new pg.Client(connectionConfig({ socket, size: 1 }));
  await client.connect();
  await client.query(`create database ${DATABASE}`);
  await client.end();
}

/** Throws when a setting turns durability off. */
export async function requireDurable(admin: pg.Client): Promise<void> {
  for (const name of ["fsync", "synchronous_commit", "full_page_writes"]) {
    const value = await settingOf(admin, name);
    if (value !== "on") throw new Error(`${name} is ${value}.`);
  }
}

async function settingOf(admin: pg.Client, name: string): Promise<string> {
  const { rows } = await admin.query<{ value: string }>("select current_setting($1) as value", [name]);
  return rows[0]?.value ?? "";
}

async function postmasterOf(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query<{ pid: number }>("select pg_backend_pid() as pid");
  return parentOf(rows[0]?.pid ?? 0) ?? 0;
}
