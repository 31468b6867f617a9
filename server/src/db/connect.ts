/** The connection pool: how values are parsed, and the settings of every connection. */
import pg from "pg";
import { ROLE } from "./role.ts";

export interface PoolTarget {
  /** A `postgres://` URL, or the private server's socket. */
  url?: string;
  socket?: { host: string; port: number; user: string; database: string };
  size: number;
  /** The role that works in a workspace. Default `bailiwick_app`. */
  role?: string;
}

/** PostgreSQL cancels a statement that runs longer. */
const STATEMENT_TIMEOUT_MS = 30_000;
/**
 * An idle transaction that has written delays every follower of the fact log, so PostgreSQL ends it after this time.
 */
const IDLE_IN_TRANSACTION_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** After this idle time TCP sends keep-alives: firewalls keep the connection, and a dead connection is detected. */
const KEEP_ALIVE_AFTER_MS = 10_000;
const INT8 = 20;
const TIMESTAMPTZ = 1184;

const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: "text" | "binary") {
    if (oid === INT8) return BigInt;
    if (oid === TIMESTAMPTZ) return isoTime;
    return pg.types.getTypeParser(oid, format as "text");
  },
};

/**
 * Turns `2026-11-22 18:11:07.12+00` into the form of the wire, `2026-11-22T18:11:07.120Z`. The session's zone is UTC.
 */
function isoTime(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0")}Z`;
}

export function connectionConfig(target: PoolTarget): pg.ClientConfig {
  const { url, given } = withoutOptions(target.url);
  return {
    ...(url ? { connectionString: url } : target.socket),
    application_name: "bailiwick",
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    options: [
      ...given,
      `-c bailiwick.role=${roleOf(target)}`,
      "-c timezone=UTC",
      "-c plan_cache_mode=force_generic_plan",
      "-c client_min_messages=warning",
      `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
      `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
      // Keep-alives from the server: it ends the session of a dead client and releases the session's locks.
      "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
    ].join(" "),
  };
}

function roleOf({ role = ROLE }: PoolTarget): string {
  return role;
}

/** The driver would use the options of a URL in place of ours, so they are taken out of it and come before ours. */
function withoutOptions(text: string | undefined): { url: string | undefined; given: string[] } {
  if (text === undefined || !URL.canParse(text)) return { url: text, given: [] };
  const url = new URL(text);
  const given = url.searchParams.getAll("options");
  if (given.length === 0) return { url: text, given };
  url.searchParams.delete("options");
  return { url: url.href, given };
}

/** Session settings of hot work: its role, and plans that reach rows by index (`kernel/db/transaction.ts` says why). */
const HOT_OPTIONS = [
  // A batch is given up by closing its connection. PostgreSQL notices that while the batch waits, and does not commit.
  "-c client_connection_check_interval=1000",
  ...["enable_seqscan", "enable_hashjoin", "enable_mergejoin"].map((setting) => `-c ${setting}=off`),
];
/** Groups of more workspaces than these wait for each other. */
const HOT_CONNECTIONS_MAX = 8;

/** The connections of a process, and in `hot` those of groups of hot commands. */
export class DatabasePool extends pg.Pool {
  readonly hot: pg.Pool;

  constructor(target: PoolTarget) {
    const config = connectionConfig(target);
    super({ ...config, max: target.size, pipeline: true } as pg.PoolConfig);
    const options = [config.options, `-c role=${roleOf(target)}`, ...HOT_OPTIONS].join(" ");
    this.hot = new pg.Pool({ ...config, options, max: Math.min(target.size, HOT_CONNECTIONS_MAX) });
    // The pool replaces a connection that breaks while idle; a call that uses a broken connection gets its own error.
    for (const pool of [this, this.hot]) pool.on("error", () => undefined);
  }

  override end(): Promise<void>;
  override end(callback: () => void): void;
  override end(callback?: () => void): Promise<void> | void {
    const ended = Promise.all([super.end(), this.hot.end()]).then(() => undefined);
    if (!callback) return ended;
    void ended.then(callback);
  }
}

export function createPool(target: PoolTarget): DatabasePool {
  return new DatabasePool(target);
}
