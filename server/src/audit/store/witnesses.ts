/** The witnesses of the record of a workspace: what each has cosigned, and when it is tried next. */
import type { Static } from "typebox";
import { columnsOf, listOf } from "../../kernel/db/columns.ts";
import type { PublicTx, ReadTx, Tx } from "../../kernel/db/tx.ts";
import { WitnessState } from "../schema.ts";

export interface WitnessRow extends Static<typeof WitnessState> {
  checkpoint: string | null;
  cosignature: string | null;
}

const DUE = "select workspace_id, name from bailiwick_witnessing_due($1)";

export function listDue(
  tx: Pick<PublicTx, "statement">,
  names: readonly string[],
): Promise<{ workspace_id: string; name: string }[]> {
  return tx.statement("audit.witnessing-due", DUE, [[...names]]);
}

const LIST = `select ${listOf(columnsOf(WitnessState))}, checkpoint, cosignature
from audit_witnesses where workspace_id = $1 and name = any($2) order by name`;

export async function listWitnesses(tx: ReadTx, names: readonly string[]): Promise<WitnessRow[]> {
  if (names.length === 0) return [];
  const rows = await tx.statement<WitnessRow & { size: bigint }>("audit.witnesses", LIST, [tx.workspace, [...names]]);
  return rows.map((row) => ({ ...row, size: Number(row.size) }));
}

/** A second process that comes during the minute finds nothing to claim. */
const CLAIM = `insert into audit_witnesses as w (workspace_id, name, next_at)
values ($1, $2, bailiwick_now() + interval '1 minute')
on conflict (workspace_id, name) do update set next_at = excluded.next_at where w.next_at <= bailiwick_now()
returning size`;

/** Returns the size that the witness has cosigned, unless its next attempt has not come yet. */
export async function claimWitness(tx: Tx, name: string): Promise<number | undefined> {
  const [row] = await tx.statement<{ size: bigint }>("audit.claim-witness", CLAIM, [tx.workspace, name]);
  return row && Number(row.size);
}

const SAVE_COSIGNED = `update audit_witnesses set size = $3, checkpoint = $4, cosignature = $5,
  witnessed_at = bailiwick_now(), failures = 0, problem = null, problem_at = null, is_refused = false
where workspace_id = $1 and name = $2 and size <= $3`;

export interface Cosigned {
  size: number;
  checkpoint: string;
  cosignature: string;
}

/** An answer that comes late replaces none of a greater size. */
export async function saveCosigned(tx: Tx, name: string, { size, checkpoint, cosignature }: Cosigned): Promise<void> {
  await tx.statement("audit.save-cosigned", SAVE_COSIGNED, [tx.workspace, name, size, checkpoint, cosignature]);
}

const LOCK_REFUSED = "select is_refused from audit_witnesses where workspace_id = $1 and name = $2 for update";

export async function lockRefused(tx: Tx, name: string): Promise<boolean> {
  const [row] = await tx.statement<{ is_refused: boolean }>("audit.lock-refused", LOCK_REFUSED, [tx.workspace, name]);
  return row?.is_refused ?? false;
}

/** Each failure doubles the wait, from 2 minutes to an hour. A refusal lasts until the witness cosigns again. */
const SAVE_PROBLEM = `update audit_witnesses set problem = case when $4 or not is_refused then $3 else problem end,
  problem_at = bailiwick_now(), is_refused = is_refused or $4,
  failures = least(failures + 1, 6), next_at = bailiwick_now() + make_interval(mins => least(60, 2 ^ (failures + 1))::int)
where workspace_id = $1 and name = $2`;

export async function saveProblem(
  tx: Tx,
  name: string,
  { problem, is_refused }: { problem: string; is_refused: boolean },
): Promise<void> {
  await tx.statement("audit.save-problem", SAVE_PROBLEM, [tx.workspace, name, problem, is_refused]);
}
