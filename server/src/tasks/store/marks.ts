/** The marks that show the kernel which callers waiting for work to wake. */
import type { ReadTx } from "../../kernel/db/tx.ts";

/** By columns that the claim decides on, too: who is left out here would get nothing. */
const MARKS = `
select g.agent_id, bailiwick_now()::text as mark from gates g
where g.workspace_id = $1 and g.agent_id = any($2::uuid[]) and g.status = 'active'
  and g.running < coalesce(g.running_max, g.running + 1)
  and exists (select from tasks t
    where t.workspace_id = $1 and t.assigned_to_agent_id = g.agent_id and t.status = 'queued'
      and t.open_dependencies = 0 and t.available_at <= bailiwick_now())`;

/** The agents that have a task they may be able to take, each time with a new mark. */
export async function claimMarks(tx: ReadTx, agentIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx.statement<{ agent_id: string; mark: string }>("tasks.marks", MARKS, [
    tx.workspace,
    [...agentIds],
  ]);
  return new Map(rows.map(({ agent_id, mark }) => [agent_id, mark]));
}
