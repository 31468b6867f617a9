/** Reads from the database why tasks may not start now. */
import { estimateSource, RESETS_AT, TIGHTEST_COLUMNS, tightestCap } from "../../caps/index.ts";
import { gateColumns, type Refusal, type RefusalNumbers, refusalOf } from "../../gate/index.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { STOPPED_TREES, treeStopOf } from "../../stops/index.ts";

/** `$3` is the agent that takes the tasks of its pools. */
const REFUSALS = `
select t.id, coalesce(start_refusal(g, t, p.budget_left_nanos, bailiwick_now()),
    case when t.root_task_id = any(${STOPPED_TREES}) then 'tree_stopped' end,
    case when c.cap_left < start_estimate(t, h.usual_nanos) then 'cap' end) as code, ${gateColumns("g")},
  ${TIGHTEST_COLUMNS}, start_estimate(t, h.usual_nanos) as estimate, ${estimateSource("t")} as estimate_source,
  ${RESETS_AT} as resets_at, ${treeStopOf("t.root_task_id")} as tree_stop_id,
  t.open_dependencies, t.failed_dependency_count as failed, t.available_at, t.budget_task_id as payer_id, p.budget_left_nanos as left,
  coalesce(t.estimated_cost_nanos, 0) as needed
from unnest($2::uuid[]) as a(id) join tasks t on t.workspace_id = $1 and t.id = a.id
  join gates g on g.workspace_id = $1 and g.agent_id = t.assigned_to_agent_id
  left join tasks p on p.workspace_id = $1 and p.id = t.budget_task_id
  left join spend_habits h on h.workspace_id = $1 and h.agent_id = coalesce($3, t.assigned_to_agent_id)
  left join lateral (${tightestCap("coalesce($3, t.assigned_to_agent_id)")}) c on true`;

/** Returns the refusal of each of these tasks, for the taker if one is given. Tasks that may start are left out. */
export async function findRefusals(
  tx: ReadTx,
  ids: readonly string[],
  taker: string | null = null,
): Promise<Map<string, Refusal>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.statement<RefusalNumbers & { id: string; code: Refusal["code"] | null; failed: number }>(
    "tasks.refusals",
    REFUSALS,
    [tx.workspace, [...ids], taker],
  );
  return new Map(
    rows.flatMap((row) => {
      if (row.code === null) return [];
      const code = row.code === "dependencies" && row.failed > 0 ? "dependency_failed" : row.code;
      return [[row.id, refusalOf(code, row)] as const];
    }),
  );
}
