/** Statements on the escalated tasks of an agent. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

const COUNT = `select count(*)::int as open from tasks
  where workspace_id = $1 and assigned_to_agent_id = $2 and cardinality(escalated_from) > 0
    and escalates_at is not null and status in ('queued', 'running', 'blocked')`;

/** Counts the open tasks that were escalated to the agent. */
export async function countEscalations(tx: ReadTx, agentId: string): Promise<number> {
  const [row] = await tx.statement<{ open: number }>("tasks.count-escalations", COUNT, [tx.workspace, agentId]);
  return row?.open ?? 0;
}

const HURRY = `update tasks set escalates_at = bailiwick_now()
  where workspace_id = $1 and assigned_to_agent_id = $2 and cardinality(escalated_from) > 0
    and escalates_at is not null and status = 'queued'`;

/** The next sweep escalates the tasks of an agent that is no longer a supervisor. */
export async function hurryEscalations(tx: Tx, agentId: string): Promise<void> {
  await tx.statement("tasks.hurry-escalations", HURRY, [tx.workspace, agentId]);
}
