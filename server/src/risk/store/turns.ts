/** The turns of workspaces, and the policy after which an evaluation goes on. */
import type { PublicTx, Tx } from "../../kernel/db/tx.ts";

const DUE = "select bailiwick_risk_turns_due() as workspace";

/** The workspace that waits longest comes first. */
export async function listTurnsDue(tx: PublicTx): Promise<string[]> {
  return (await tx.statement<{ workspace: string }>("risk.turns-due", DUE, [])).map(({ workspace }) => workspace);
}

const TAKE = "select bailiwick_take_risk_turn($1) as is_taken";

/** Returns false when the workspace had a turn just now, or has one in another process. */
export async function takeTurn(tx: PublicTx, workspace: string): Promise<boolean> {
  const [row] = await tx.statement<{ is_taken: boolean }>("risk.take-turn", TAKE, [workspace]);
  return row?.is_taken ?? false;
}

const END = "select bailiwick_end_risk_turn($1)";

export async function endTurn(tx: PublicTx, workspace: string): Promise<void> {
  await tx.statement("risk.end-turn", END, [workspace]);
}

const FIND = "select after_policy_id from risk_turns where workspace_id = $1";

export async function findResumePoint(tx: Tx): Promise<string | null> {
  const [row] = await tx.statement<{ after_policy_id: string | null }>("risk.find-resume", FIND, [tx.workspace]);
  return row?.after_policy_id ?? null;
}

const SAVE = `insert into risk_turns (workspace_id, after_policy_id) values ($1, $2)
on conflict (workspace_id) do update set after_policy_id = excluded.after_policy_id`;

/** The command runs alone in its workspace. */
export async function saveResumePoint(tx: Tx, policyId: string | null): Promise<void> {
  await tx.statement("risk.save-resume", SAVE, [tx.workspace, policyId]);
}
