/** Reads the numbers of the work and of telemetry for monitors. */
import type { Db } from "../../kernel/db/db.ts";

/** The numbers of the open work in all workspaces. */
export interface WorkNumbers {
  queued: bigint;
  running: bigint;
  blocked: bigint;
  /** 0 when no task is queued. */
  oldest_queued_seconds: bigint;
  replies_overdue: bigint;
  agents_online: bigint;
}

export async function readWorkNumbers(db: Pick<Db, "outside">): Promise<WorkNumbers> {
  const text = `select queued, running, blocked, oldest_queued_seconds, replies_overdue, agents_online from read_work()`;
  const [row] = await db.outside((tx) => tx.statement<WorkNumbers>("obs.read-work", text, []));
  if (!row) throw new Error("read_work returned no row.");
  return row;
}

/** The state of the stored events of all workspaces. */
export interface TelemetryNumbers {
  /** Days of events that are stored, with those that are made for the next days. */
  days: number;
  days_ahead: number;
  /** The share of the queue of notifications that is in use. A full queue stops every change. */
  notify_queue: number;
}

const TELEMETRY = `select count(*)::int as days,
  coalesce(max(d) - (bailiwick_now() at time zone 'UTC')::date, -1)::int as days_ahead,
  pg_notification_queue_usage() as notify_queue
from bailiwick_event_days() d`;

export async function readTelemetryNumbers(db: Pick<Db, "outside">): Promise<TelemetryNumbers> {
  const [row] = await db.outside((tx) => tx.statement<TelemetryNumbers>("obs.read-telemetry", TELEMETRY, []));
  if (!row) throw new Error("A count has one row.");
  return row;
}
