/** Queues blocked tasks whose cause has ended. */
import type { Tx } from "../../kernel/db/tx.ts";
import { STOPPED_TREES } from "../../stops/index.ts";

/** The blocked tasks that one look reads. */
const LOOKED_AT_MAX = 1_000;

/**
 * The start checks the cause again under its lock, so this statement reads the cause without a lock. Each budget unblocks
 * the tasks that it can pay together, by priority and then age. Other tasks would only be blocked again.
 */
const UNBLOCK = `
with looked as materialized (
  select id from tasks where workspace_id = $1 and blocked_by = 'guard' and id > $2
  order by id limit ${LOOKED_AT_MAX}
), able as materialized (
  select t.id, t.blocked_reason->>'code' as code, p.budget_left_nanos as left,
    sum(coalesce(t.estimated_cost_nanos, 0)) over (partition by t.budget_task_id order by t.priority desc, t.id) as upto
  from looked l join tasks t on t.workspace_id = $1 and t.id = l.id
    join gates g on g.workspace_id = $1 and g.agent_id = t.assigned_to_agent_id
    left join tasks p on p.workspace_id = $1 and p.id = t.budget_task_id
    left join spend_habits h on h.workspace_id = $1 and h.agent_id = t.assigned_to_agent_id
  where start_refusal(g, t, p.budget_left_nanos, bailiwick_now()) is null and t.root_task_id <> all(${STOPPED_TREES})
    and coalesce(caps_left($1, t.assigned_to_agent_id, bailiwick_now()) >= start_estimate(t, h.usual_nanos), true)
), lifted as materialized (
  select t.id, a.code from able a join tasks t on t.workspace_id = $1 and t.id = a.id
  where t.blocked_by = 'guard' and (a.left is null or a.upto <= a.left)
  for no key update of t skip locked
), unblocked as (
  update tasks t set status = 'queued', blocked_by = null, blocked_reason = null, updated_at = bailiwick_now()
  from lifted l where t.workspace_id = $1 and t.id = l.id
  returning t.id, t.assigned_to_agent_id, t.pool_id, l.code
)
select n.next, u.id, u.assigned_to_agent_id, u.pool_id, u.code
from (select case when count(*) = ${LOOKED_AT_MAX} then (array_agg(id order by id desc))[1] end as next from looked) n
  left join unblocked u on true
order by u.id`;

type UnblockRow = { next: string | null } & ({ id: null } | UnblockedTask);

export interface UnblockedTask {
  id: string;
  assigned_to_agent_id: string;
  pool_id: string | null;
  code: string;
}

export interface Unblocked {
  tasks: UnblockedTask[];
  /** The start of the next look; null to begin at the first task again. */
  next: string | null;
}

const FIRST = "00000000-0000-0000-0000-000000000000";

/** Queues the tasks after `after` that a guard blocked and would no longer block. */
export async function unblockGuarded(tx: Tx, after: string = FIRST): Promise<Unblocked> {
  const rows = await tx.statement<UnblockRow>("tasks.unblock", UNBLOCK, [tx.workspace, after]);
  return {
    tasks: rows.flatMap((row) => (row.id === null ? [] : [row])),
    next: rows[0]?.next ?? null,
  };
}
