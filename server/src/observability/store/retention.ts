/** The retention of a workspace, and the deletion of what is older. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

const FLOOR = "select floor_days from obs_retention where workspace_id = $1";

/** Null: the tier alone decides. */
export async function findFloor(tx: ReadTx): Promise<number | null> {
  const [row] = await tx.statement<{ floor_days: number | null }>("obs.floor", FLOOR, [tx.workspace]);
  return row?.floor_days ?? null;
}

const ADD = "insert into obs_retention (workspace_id) values ($1) on conflict do nothing";
const LOCK = `${FLOOR} for update`;

export async function lockFloor(tx: Tx): Promise<number | null> {
  await tx.statement("obs.add-retention", ADD, [tx.workspace]);
  const [row] = await tx.statement<{ floor_days: number | null }>("obs.lock-floor", LOCK, [tx.workspace]);
  return row?.floor_days ?? null;
}

const SAVE = "update obs_retention set floor_days = $2 where workspace_id = $1";

export async function saveFloor(tx: Tx, days: number | null): Promise<void> {
  await tx.statement("obs.save-floor", SAVE, [tx.workspace, days]);
}

/** Returns whether nothing older is left; null when another process does this work or has done it. */
export async function forgetTelemetry(tx: Tx, before: string, rowsMax: number): Promise<boolean | null> {
  const text = "select bailiwick_forget_telemetry($1::date, $2) as done";
  const [row] = await tx.statement<{ done: boolean | null }>("obs.forget", text, [before, rowsMax]);
  return row?.done ?? null;
}

export interface Gone {
  rows: string | bigint;
  bytes: string | bigint;
}

const END = `
with ended as (select rows_gone as rows, bytes_gone as bytes from obs_retention where workspace_id = $1), saved as (
  update obs_retention set rows_gone = 0, bytes_gone = 0, swept_at = bailiwick_now() where workspace_id = $1
)
select rows, bytes from ended`;

/** Ends a round. Returns what was deleted since the last round, also when a server crashed between. */
export async function endRound(tx: Tx): Promise<Gone> {
  const [row] = await tx.statement<Gone>("obs.end-retention", END, [tx.workspace]);
  return row ?? { rows: 0n, bytes: 0n };
}
