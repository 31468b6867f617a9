/** Checks of PostgreSQL, the role, the migrations and the clock. */
import { connectionConfig } from "../../db/connect.ts";
import { inspectPrivateServer, type PrivateState } from "../../db/embedded/inspect.ts";
import { type DatabaseState, inspectDatabase } from "../../db/inspect.ts";
import type { Config } from "../../runtime/config.ts";
import { OLDEST } from "../../start/server-version.ts";
import { describeFailure } from "../failure.ts";
import { type Finding, findingsOf } from "./finding.ts";

export interface DatabaseLook {
  /** The private PostgreSQL; undefined with DATABASE_URL, or when the data folder cannot be read. */
  own: PrivateState | undefined;
  /** Undefined when the database was not reached. */
  state: DatabaseState | undefined;
  /** Why a database that should answer does not. */
  fault: string | undefined;
}

export async function readDatabase(config: Config, nowMs: () => number): Promise<DatabaseLook> {
  const { databaseUrl: url, dataDir, pgBin } = config;
  let own: PrivateState | undefined;
  try {
    if (url === undefined) own = await inspectPrivateServer(dataDir, pgBin);
    if (own && !own.isRunning) return { own, state: undefined, fault: undefined };
    const target = own ? { socket: own.socket, size: 1 } : { url: url ?? "", size: 1 };
    return { own, state: await inspectDatabase(connectionConfig(target), nowMs), fault: undefined };
  } catch (error) {
    return { own, state: undefined, fault: describeFailure(error) };
  }
}

export function postgresFinding({ own, state, fault }: DatabaseLook): Finding {
  const { ok, warning, failed } = findingsOf("postgresql");
  const name = own ? "The private PostgreSQL" : "PostgreSQL";
  if (fault !== undefined && own)
    return failed(fault, "Run this as the user who runs the server, and look at its log.");
  if (fault !== undefined) return failed(fault);
  if (state && state.major < OLDEST)
    return failed(`${name} has version ${state.version}.`, `Use PostgreSQL ${OLDEST} or newer.`);
  if (state) return ok(`${name} ${state.version} answers.`);
  const wanted = own?.major === undefined ? `${OLDEST} or newer` : `${own.major}`;
  if (own?.programs === undefined) {
    const text = `No PostgreSQL ${wanted} was found to run the private database.`;
    return failed(text, "Install it, or name its programs with BAILIWICK_PG_BIN, or set DATABASE_URL.");
  }
  const programs = `PostgreSQL ${own.programs} is installed`;
  if (own.major === undefined)
    return warning(`${programs}, and there is no private database yet.`, "Start the server.");
  return ok(`${programs}. It does not run, and the server starts it.`);
}

const NOT_READ = "No database was read.";

export function roleFinding({ state }: DatabaseLook): Finding {
  const { ok, failed, skipped } = findingsOf("role");
  if (!state) return skipped(NOT_READ);
  const { role, mayCreate, installed } = state;
  if (installed && !installed.ownsTables)
    return failed(`The login ${role.login} does not own the tables.`, "Use the login that made them in DATABASE_URL.");
  if (!mayCreate) {
    const text = `The login ${role.login} may not make tables in the schema public.`;
    return failed(text, `As an administrator, run: grant create on schema public to "${role.login}";`);
  }
  if (role.due.length === 0) return ok(`The login ${role.login} works as the role ${role.name}.`);
  if (role.mayRun) return ok(`The login ${role.login} may make the role ${role.name}; the next start does.`);
  const text = `The login ${role.login} may not work as the role ${role.name}.`;
  return failed(text, `As an administrator, run: ${role.due.join("; ")};`);
}

/** `known` is the newest migration of this version. A server with another version may be running. */
export function migrationsFinding({ state }: DatabaseLook, known: number): Finding {
  const { ok, warning, failed, skipped } = findingsOf("migrations");
  if (!state) return skipped(NOT_READ);
  if (!state.installed) return warning("No migration has run yet.", "Start the server.");
  const { migration, ownsTables } = state.installed;
  if (!ownsTables) return skipped("The login may not read the migrations.");
  const text = `The database is at migration ${migration}, and this version knows ${known}.`;
  if (migration > known) return failed(text, "Install the newer Bailiwick that migrated the database.");
  if (migration < known) return warning(text, "Start the server again; it runs the others.");
  return ok(`The database is at migration ${migration}, the newest.`);
}

const DIFFERENCE_MS_MAX = 2_000;
/** Signatures of webhooks and certificates fail with larger differences. */
const LARGE_MS = 60_000;
const SYNCHRONIZE = "Synchronize the clocks of both machines, such as with chrony.";

/** `noted` is the latest time of a file in the data folder. */
export function clockFinding({ state }: DatabaseLook, noted: number | undefined, nowMs: number): Finding {
  const { ok, warning, failed, skipped } = findingsOf("clock");
  const latestMs = Math.max(state?.latestMs ?? 0, noted ?? 0);
  const now = state?.nowMs ?? nowMs;
  if (latestMs - now > LARGE_MS) {
    const text = `The clock has been ${seconds(latestMs - now)} ahead of now, so it was set back or is wrong.`;
    return failed(text, "Correct the clock. Until then leases and presence are wrong.");
  }
  if (!state) return noted === undefined ? skipped(NOT_READ) : ok("No file of the data folder is from the future.");
  const difference = Math.max(0, Math.abs(state.localMs - state.nowMs) - state.uncertainMs);
  const text = `The clocks of this machine and of the database differ by ${seconds(difference)}.`;
  if (difference > LARGE_MS) return failed(text, SYNCHRONIZE);
  if (difference > DIFFERENCE_MS_MAX) return warning(text, SYNCHRONIZE);
  return ok(text);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
