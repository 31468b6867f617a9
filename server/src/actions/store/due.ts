/** Finds the workspaces with an action to execute now. */
import type { PublicTx } from "../../kernel/db/tx.ts";

const DUE = "select bailiwick_actions_due() as workspace";

export async function listDueWorkspaces(tx: PublicTx): Promise<string[]> {
  const rows = await tx.statement<{ workspace: string }>("actions.due-workspaces", DUE, []);
  return rows.map(({ workspace }) => workspace);
}
