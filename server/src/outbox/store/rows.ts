/** The table of deliveries: rows that wait, are sent, and are kept for a time. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only, recordOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { OUTBOX_COLUMNS, OutboxColumns, type OutboxRow } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    outbox: OutboxRow & { workspace_id: string };
  }
}

/** A new row. Its place follows from the order of the insert. */
export type NewRow = Pick<
  OutboxRow,
  "id" | "target_id" | "fact_id" | "fact_type" | "subject_id" | "next_attempt_at" | "created_at"
> & { fact_seq: string | null };
const NEW = [
  "id",
  "target_id",
  "fact_id",
  "fact_type",
  "subject_id",
  "fact_seq",
  "next_attempt_at",
  "created_at",
] as const;

const INSERT = `insert into outbox (workspace_id, ${listOf(NEW)}, status, attempt, failures, is_sending)
select $1::uuid, ${listOf(NEW, "r")}, 'pending', 0, 0, false
from jsonb_to_recordset($2::jsonb) as r(${recordOf(OutboxColumns, NEW)})`;

export async function insertRows(tx: Tx, rows: readonly NewRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.statement("outbox.insert", INSERT, [tx.workspace, JSON.stringify(rows)]);
}

const WAITING = `select distinct o.target_id, o.subject_id
from unnest($2::uuid[], $3::uuid[]) as k(target_id, subject_id)
  join outbox o on o.workspace_id = $1 and o.target_id = k.target_id and o.subject_id = k.subject_id and o.status = 'pending'`;

type Line = Pick<OutboxRow, "target_id" | "subject_id">;

/** Returns those of the subjects of receivers for which a row waits. */
export async function listWaiting(tx: Tx, lines: readonly Line[]): Promise<Line[]> {
  if (lines.length === 0) return [];
  const values = [tx.workspace, lines.map((one) => one.target_id), lines.map((one) => one.subject_id)];
  return tx.statement<Line>("outbox.waiting", WAITING, values);
}

/**
 * Takes due rows of a receiver for an attempt. A row whose attempt did not come back in time is due again. `$4` is the
 * most that may be on their way at once, `$5` the end of the lease.
 */
const TAKE = `
with due as (
  select o.id from outbox o
  where o.workspace_id = $1 and o.target_id = $2 and o.status = 'pending' and o.next_attempt_at <= $3
  order by o.next_attempt_at, o.place
  limit greatest(0, $4::int - (select count(*)::int from outbox b where b.workspace_id = $1 and b.target_id = $2
    and b.status = 'pending' and b.is_sending and b.next_attempt_at > $3))
  for update skip locked
)
update outbox o set attempt = o.attempt + 1, is_sending = true, next_attempt_at = $5
from due where o.workspace_id = $1 and o.id = due.id
returning ${listOf(OUTBOX_COLUMNS, "o")}`;

export async function takeRows(
  tx: Tx,
  targetId: string,
  { now, most, leaseMs }: { now: Date; most: number; leaseMs: number },
): Promise<OutboxRow[]> {
  const until = new Date(now.getTime() + leaseMs);
  return tx.statement<OutboxRow>("outbox.take", TAKE, [tx.workspace, targetId, now, most, until]);
}

function rowOf(tx: ReadTx, id: string) {
  return tx.selectFrom("outbox").select(OUTBOX_COLUMNS).where("workspace_id", "=", tx.workspace).where("id", "=", id);
}

export async function findRow(tx: ReadTx, id: string): Promise<OutboxRow | undefined> {
  return rowOf(tx, id).executeTakeFirst();
}

export async function lockRow(tx: Tx, id: string): Promise<OutboxRow | undefined> {
  return rowOf(tx, id).forUpdate().executeTakeFirst();
}

const CHANGED = [
  "status",
  "failures",
  "next_attempt_at",
  "is_sending",
  "response_status",
  "response_start",
  "error",
  "finished_at",
] as const;

/** The caller holds the row and its receiver. */
export async function saveRow(tx: Tx, row: Pick<OutboxRow, "id" | (typeof CHANGED)[number]>): Promise<void> {
  await tx
    .updateTable("outbox")
    .set(only(row, CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", row.id)
    .executeTakeFirstOrThrow();
}

const NEXT = `update outbox set next_attempt_at = $4
where workspace_id = $1 and next_attempt_at is null and id = (
  select o.id from outbox o where o.workspace_id = $1 and o.target_id = $2 and o.subject_id = $3 and o.status = 'pending'
  order by o.place limit 1)`;

/** Lets the next fact of the subject go. The caller holds the receiver. */
export async function releaseNext(tx: Tx, { target_id, subject_id }: Line, now: Date): Promise<void> {
  await tx.statement("outbox.next", NEXT, [tx.workspace, target_id, subject_id, now]);
}

const LIST = `select ${listOf(OUTBOX_COLUMNS)} from outbox where workspace_id = $1 and target_id = $2
  and ($3::uuid is null or id < $3) and ($4::text is null or status = $4) order by id desc`;

/** The newest first. `before` is the last id read. */
export function listRows(
  tx: ReadTx,
  targetId: string,
  { before = null, status = null }: { before?: string | null; status?: string | null },
): Rows<OutboxRow> {
  return rowsOf("outbox.list", LIST, [tx.workspace, targetId, before, status]);
}
