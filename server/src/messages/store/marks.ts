/** The marks that show the kernel which callers waiting for messages to wake. */
import type { ReadTx } from "../../kernel/db/tx.ts";

const MARKS = `
select owner_id, last_position::text as mark from mailboxes where workspace_id = $1 and owner_id = any($2::uuid[])`;

/** Returns the position of the last message of each mailbox. */
export async function mailboxMarks(tx: ReadTx, owners: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.statement<{ owner_id: string; mark: string }>("messages.marks", MARKS, [
    tx.workspace,
    [...owners],
  ]);
  return new Map(rows.map(({ owner_id, mark }) => [owner_id, mark]));
}
