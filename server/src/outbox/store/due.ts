/** Finds the receivers with a delivery to send now, in all workspaces. */
import type { PublicTx } from "../../kernel/db/tx.ts";

const DUE = "select workspace, target from bailiwick_outbox_due()";

export async function listDue(tx: PublicTx): Promise<{ workspace: string; target: string }[]> {
  return tx.statement("outbox.due", DUE, []);
}
