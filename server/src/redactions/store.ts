/** The table redactions. */
import type { Rows } from "../kernel/db/capped-rows.ts";
import { listOf, recordOf } from "../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { REDACTION_COLUMNS, RedactionColumns, type RedactionRow } from "./schema.ts";

declare module "../kernel/db/tx.ts" {
  interface Tables {
    redactions: RedactionRow;
  }
}

interface Filter {
  id?: string | undefined;
  subject_id?: string | undefined;
  task_id?: string | undefined;
}

/** Newest first. `before` is the last id read. */
export function listRedactions(tx: ReadTx, filter: Filter, before?: string): Rows<RedactionRow> {
  return ofFilter(tx, filter).$if(before !== undefined, (rows) => rows.where("id", "<", before ?? ""));
}

export async function findRedactions(tx: ReadTx, filter: Filter): Promise<RedactionRow[]> {
  return ofFilter(tx, filter).execute();
}

function ofFilter(tx: ReadTx, { id, subject_id, task_id }: Filter) {
  return tx
    .selectFrom("redactions")
    .select(REDACTION_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .$if(id !== undefined, (rows) => rows.where("id", "=", id ?? ""))
    .$if(subject_id !== undefined, (rows) => rows.where("subject_id", "=", subject_id ?? ""))
    .$if(task_id !== undefined, (rows) => rows.where("task_id", "=", task_id ?? ""))
    .orderBy("id", "desc");
}

/** `withdrawn` is saved when the content is replaced. */
const INSERTED = REDACTION_COLUMNS.filter((column) => column !== "withdrawn");
const INSERT = `insert into redactions (${listOf(INSERTED)}) select ${listOf(INSERTED, "r")}
from jsonb_to_record($1::jsonb) as r(${recordOf(RedactionColumns, INSERTED)})`;

/** Stores the redaction before the content is replaced: the database changes a fact only for a stored redaction. */
export async function insertRedaction(tx: Tx, row: RedactionRow): Promise<void> {
  await tx.statement("redactions.insert", INSERT, [JSON.stringify({ ...row, workspace_id: tx.workspace })]);
}

export async function saveWithdrawn(tx: Tx, id: string, withdrawn: RedactionRow["withdrawn"]): Promise<void> {
  await tx.statement(
    "redactions.save-withdrawn",
    "update redactions set withdrawn = $3::jsonb where workspace_id = $1 and id = $2",
    [tx.workspace, id, JSON.stringify(withdrawn)],
  );
}
