/** The pool: how values are read, and what every connection is told. */
import pg from "pg";

export interface PoolTarget {
  /** A `postgres://` URL, or the private server's socket. */
  url?: string;
  socket?: { host: string; port: number; user: string; database: string };
  size: number;
}

/** A statement that runs longer is stopped. Milliseconds. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** One idle writer holds every follower of the fact log. Milliseconds. */
const IDLE_IN_TRANSACTION_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** A connection without a word is asked for life, so that firewalls keep it and a dead one is found out. Milliseconds. */
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

/** `2026-11-22 18:11:07.12+00` as the wire has it: `2026-11-22T18:11:07.120Z`. The session's zone is UTC. */
function isoTime(text: string): string {
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0")}Z`;
}

export function connectionConfig(target: PoolTarget): pg.ClientConfig {
  return {
    ...(target.url ? { connectionString: target.url } : target.socket),
    application_name: "bailiwick",
    types,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
    options: [
      "-c timezone=UTC",
      "-c plan_cache_mode=force_generic_plan",
      "-c client_min_messages=warning",
      `-c statement_timeout=${STATEMENT_TIMEOUT_MS}`,
      `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
      // The server's side of the same: it ends the session of a client that is gone, and what that session holds.
      "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
    ].join(" "),
  };
}

export function createPool(target: PoolTarget): pg.Pool {
  const config = { ...connectionConfig(target), max: target.size, pipeline: true };
  const pool = new pg.Pool(config as pg.PoolConfig);
  // A connection that breaks while idle is replaced; a call that uses one gets its own error.
  pool.on("error", () => undefined);
  return pool;
}
