/** Due work of one workspace, in bounded batches. */
import type { Tx } from "../kernel/db.ts";

/** Due times and refusals that one sweep looks at. */
const BATCH = 100;

const ENDED = `select id from tasks where workspace_id = $1 and lease_expires_at <= bailiwick_now()
  order by lease_expires_at, id limit 1`;

export async function findEndedLease(tx: Tx): Promise<string | undefined> {
  const [row] = await tx.statement<{ id: string }>("tasks.ended-lease", ENDED, [tx.workspace]);
  return row?.id;
}

const ESCALATING = `select id from tasks
  where workspace_id = $1 and escalates_at <= bailiwick_now() and status = 'queued'
  order by escalates_at, id limit 1`;

/** A task that nobody above has begun with in time. */
export async function findDueEscalation(tx: Tx): Promise<string | undefined> {
  const [row] = await tx.statement<{ id: string }>("tasks.due-escalation", ESCALATING, [tx.workspace]);
  return row?.id;
}

const OVERDUE = `
with late as materialized (
  select id from tasks where workspace_id = $1 and due_at <= bailiwick_now() and overdue_at is null
    and status in ('queued', 'running', 'blocked')
  order by depth, id limit ${BATCH} for no key update skip locked
)
update tasks t set overdue_at = bailiwick_now() from late l where t.workspace_id = $1 and t.id = l.id
returning t.id, t.assigned_to_agent_id, t.due_at`;

export interface OverdueTask {
  id: string;
  assigned_to_agent_id: string;
  due_at: string;
}

/** Marks each once. */
export async function markOverdue(tx: Tx): Promise<OverdueTask[]> {
  return tx.statement<OverdueTask>("tasks.overdue", OVERDUE, [tx.workspace]);
}

/** The cause is asked for again at the next start, so a look without its lock is enough here. */
const UNBLOCK = `
with lifted as materialized (
  select t.id, t.blocked_reason->>'code' as code from tasks t
    join gates g on g.workspace_id = t.workspace_id and g.agent_id = t.assigned_to_agent_id
    left join tasks p on p.workspace_id = t.workspace_id and p.id = t.budget_task_id
  where t.workspace_id = $1 and t.blocked_by = 'guard'
    and g.status = 'active' and t.open_dependencies = 0
    and (g.running_max is null or g.running < g.running_max)
    and (g.throttle_per_minute is null or g.throttle_tokens
      + g.throttle_per_minute * extract(epoch from bailiwick_now() - g.throttle_at) / 60 >= 1)
    and (p.id is null or p.budget_left_nanos > 0 and coalesce(t.estimated_cost_nanos, 0) <= p.budget_left_nanos)
  order by t.depth, t.id limit ${BATCH} for no key update of t skip locked
)
update tasks t set status = 'queued', blocked_by = null, blocked_reason = null, updated_at = bailiwick_now()
from lifted l where t.workspace_id = $1 and t.id = l.id
returning t.id, t.assigned_to_agent_id, l.code`;

export interface UnblockedTask {
  id: string;
  assigned_to_agent_id: string;
  code: string;
}

/** Puts back into the queue what a guard blocked and would no longer. */
export async function unblockGuarded(tx: Tx): Promise<UnblockedTask[]> {
  return tx.statement<UnblockedTask>("tasks.unblock", UNBLOCK, [tx.workspace]);
}
