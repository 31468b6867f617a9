/** The table of fees that are due each month. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { FEES_MAX, type FeeRow } from "../fee-schema.ts";

const COLUMNS = `id, agent_id, name, monthly_nanos, to_char(first_day, 'YYYY-MM-DD') as first_day,
  to_char(last_day, 'YYYY-MM-DD') as last_day`;

const LIST = `select ${COLUMNS} from obs_fees
where workspace_id = $1 and ($2::uuid is null or id < $2::uuid) order by id desc`;

/** Returns the newest first. `before` is the last id of the page before. */
export function feeRows(tx: ReadTx, before: string | undefined): Rows<FeeRow> {
  return rowsOf("obs.fees", LIST, [tx.workspace, before ?? null]);
}

/** Returns all fees. */
export async function listFees(tx: ReadTx): Promise<FeeRow[]> {
  return tx.statement<FeeRow>("obs.all-fees", `${LIST} limit ${FEES_MAX}`, [tx.workspace, null]);
}

const INSERT = `insert into obs_fees (workspace_id, id, agent_id, name, monthly_nanos, first_day, last_day)
values ($1, $2, $3, $4, $5, $6::date, $7::date)`;

export async function insertFee(tx: Tx, fee: FeeRow): Promise<void> {
  const { id, agent_id, name, monthly_nanos, first_day, last_day } = fee;
  const values = [tx.workspace, id, agent_id, name, monthly_nanos.toString(), first_day, last_day];
  await tx.statement("obs.insert-fee", INSERT, values);
}

const LOCK = `select ${COLUMNS} from obs_fees where workspace_id = $1 and id = $2 for no key update`;

export async function lockFee(tx: Tx, id: string): Promise<FeeRow> {
  const [fee] = await tx.statement<FeeRow>("obs.lock-fee", LOCK, [tx.workspace, id]);
  if (!fee) throw notFound("fee", id);
  return fee;
}

const END = "update obs_fees set last_day = $3::date where workspace_id = $1 and id = $2";

export async function saveLastDay(tx: Tx, { id, last_day }: Pick<FeeRow, "id" | "last_day">): Promise<void> {
  await tx.statement("obs.end-fee", END, [tx.workspace, id, last_day]);
}

export async function deleteFee(tx: Tx, id: string): Promise<void> {
  await tx.statement("obs.delete-fee", "delete from obs_fees where workspace_id = $1 and id = $2", [tx.workspace, id]);
}
