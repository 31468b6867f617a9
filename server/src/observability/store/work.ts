/** Reads the numbers of the work for monitors. */
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
