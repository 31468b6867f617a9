/** Reads the state of a database for `bailiwick doctor`. Changes nothing. */
import pg from "pg";
import { codeOf } from "./embedded/error.ts";
import { type RolePlan, readRolePlan } from "./role.ts";
import { countSealed, sealedFingerprintKey } from "./sealed.ts";

export interface DatabaseState {
  version: string;
  /** The major version. */
  major: number;
  nowMs: number;
  /** The time of this machine in the middle of the statement that read `nowMs`, and the uncertainty of that time. */
  localMs: number;
  uncertainMs: number;
  /** The latest time that the database has noted in the past: its start, its migrations, the calls of agents. */
  latestMs: number;
  /** The login may make tables in the schema `public`. */
  mayCreate: boolean;
  role: RolePlan;
  /** Undefined when no migration has run. */
  installed: InstalledState | undefined;
}

export interface InstalledState {
  migration: number;
  /** The login owns the tables. Otherwise the fields below are undefined. */
  ownsTables: boolean;
  /** Empty when no server has started. Undefined when an old version made the tables. */
  sealedFingerprintKey: string | undefined;
  sealed: { key_id: string; values: number }[] | undefined;
}

const SERVER = `
select current_setting('server_version') as version, current_setting('server_version_num')::int / 10000 as major,
  (extract(epoch from clock_timestamp()) * 1000)::float8 as now,
  (extract(epoch from pg_postmaster_start_time()) * 1000)::float8 as started,
  to_regclass('schema_migrations') is not null as "isInstalled",
  coalesce((select has_schema_privilege(oid, 'create') from pg_namespace where nspname = 'public'), false) as "mayCreate"`;

interface Server {
  version: string;
  major: number;
  now: number;
  started: number;
  isInstalled: boolean;
  mayCreate: boolean;
}

const OWNER = `
select pg_has_role(current_user, relowner, 'USAGE') as owns from pg_class where oid = 'schema_migrations'::regclass`;
const NEWEST = `
select max(number) as number, (extract(epoch from max(applied_at)) * 1000)::float8 as at from schema_migrations`;
const LAST_CALL = `select (extract(epoch from max(last_seen_at)) * 1000)::float8 as at from agent_presence`;

/** A table or a column that a later migration makes. */
const NOT_THERE_YET = ["42P01", "42703"];

/** Every statement runs in a read-only transaction. `nowMs` is the clock of this machine. */
export async function inspectDatabase(
  connection: pg.ClientConfig,
  nowMs: () => number = Date.now,
): Promise<DatabaseState> {
  const options = `${connection.options ?? ""} -c default_transaction_read_only=on`;
  const client = new pg.Client({ ...connection, options, application_name: "bailiwick doctor" });
  // A statement on a broken connection gets its own error. Without this listener the error would end the process.
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await readState(client, nowMs);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readState(client: pg.Client, nowMs: () => number): Promise<DatabaseState> {
  const before = nowMs();
  const { rows } = await client.query<Server>(SERVER);
  const after = nowMs();
  const [server] = rows;
  if (!server) throw new Error("The database returned no row.");
  const clock = { nowMs: server.now, localMs: (before + after) / 2, uncertainMs: (after - before) / 2 };
  const { version, major, mayCreate } = server;
  const role = await readRolePlan(client);
  const about = { version, major, ...clock, mayCreate, role };
  if (!server.isInstalled) return { ...about, latestMs: server.started, installed: undefined };
  const { installed, latestMs } = await readInstalled(client);
  return { ...about, latestMs: Math.max(server.started, latestMs), installed };
}

async function readInstalled(client: pg.Client): Promise<{ installed: InstalledState; latestMs: number }> {
  const ownsTables = (await client.query<{ owns: boolean }>(OWNER)).rows[0]?.owns ?? false;
  const unknown = { sealedFingerprintKey: undefined, sealed: undefined };
  if (!ownsTables) return { installed: { migration: 0, ownsTables, ...unknown }, latestMs: 0 };
  const [newest] = (await client.query<{ number: number | null; at: number | null }>(NEWEST)).rows;
  const lastCall = await ifThere(client.query<{ at: number | null }>(LAST_CALL));
  return {
    installed: {
      migration: newest?.number ?? 0,
      ownsTables,
      sealedFingerprintKey: await ifThere(sealedFingerprintKey(client)),
      sealed: await ifThere(countSealed(client)),
    },
    latestMs: Math.max(newest?.at ?? 0, lastCall?.rows[0]?.at ?? 0),
  };
}

async function ifThere<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (NOT_THERE_YET.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}
