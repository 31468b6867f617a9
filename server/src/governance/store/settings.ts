/** The number of different people who must approve a request of the workspace. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

const FIND = "select required_approvals from governance_settings where workspace_id = $1";

export async function findRequiredApprovals(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ required_approvals: number }>("governance.settings", FIND, [tx.workspace]);
  return row?.required_approvals ?? 1;
}

const SAVE = `insert into governance_settings (workspace_id, required_approvals) values ($1, $2)
on conflict (workspace_id) do update set required_approvals = excluded.required_approvals`;

export async function saveRequiredApprovals(tx: Tx, people: number): Promise<void> {
  await tx.statement("governance.save-settings", SAVE, [tx.workspace, people]);
}

const RAISE = `update policy_requests set required_approvals = $2
where workspace_id = $1 and status = 'pending' and required_approvals < $2`;

/** Requests that wait need the greater number too; a smaller one is for later requests. The caller runs alone in its workspace. */
export async function raiseRequiredApprovals(tx: Tx, people: number): Promise<void> {
  await tx.statement("governance.raise-required", RAISE, [tx.workspace, people]);
}
