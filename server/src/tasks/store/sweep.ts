/** Statements on the due work of one workspace, in bounded batches. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { UNSEEN_ATTEMPTS_MAX } from "../rules.ts";

/** The tasks of one kind in one turn of a workspace. */
export const DUE_MAX = 20;

const DUE = `
select 'lease' as kind, id from (
  select id from tasks where workspace_id = $1 and lease_expires_at <= bailiwick_now() and id <> all($2::uuid[])
  order by lease_expires_at, id limit ${DUE_MAX}) l
union all
select 'escalation', id from (
  select id from tasks where workspace_id = $1 and escalates_at <= bailiwick_now() and status = 'queued'
    and id <> all($2::uuid[])
  order by escalates_at, id limit ${DUE_MAX}) e`;

export interface DueTask {
  kind: "lease" | "escalation";
  id: string;
}

/** Returns tasks with an expired lease and escalated tasks that were not begun in time, the longest due first. */
export async function listDueTasks(tx: ReadTx, except: readonly string[]): Promise<DueTask[]> {
  return tx.statement<DueTask>("tasks.due", DUE, [tx.workspace, [...except]]);
}

/**
 * Ends the leases of tasks that return to the queue and have no reservation, so that only the task and its gate change.
 * Locks the gates first, then the tasks. Skips a task that got another assignee meanwhile.
 */
const END_LEASES = `
with due as materialized (
  select t.id, t.assigned_to_agent_id, d.jitter
  from unnest($2::uuid[], $3::float8[]) as d(id, jitter) join tasks t on t.workspace_id = $1 and t.id = d.id
), gate as materialized (
  select g.agent_id from (select distinct assigned_to_agent_id as agent_id from due) d
    join gates g on g.workspace_id = $1 and g.agent_id = d.agent_id
  order by g.agent_id for no key update of g
), locked as materialized (
  select t.id, t.fence, t.assigned_to_agent_id as holder_id, d.jitter
  from due d join tasks t on t.workspace_id = $1 and t.id = d.id
  where (select count(*) from gate) > 0 and t.assigned_to_agent_id = d.assigned_to_agent_id
    and t.status = 'running' and t.lease_expires_at <= bailiwick_now()
    and case when t.is_seen then t.failed_attempts - t.unseen_attempts + 1 < t.max_attempts
      else t.unseen_attempts + 1 < ${UNSEEN_ATTEMPTS_MAX} end and t.reserved_nanos = 0 and t.stop_fence is distinct from t.fence
  order by t.depth, t.id for no key update of t
), ended as (
  update tasks t set status = 'queued',
    assigned_to_agent_id = coalesce(t.pool_id, t.assigned_to_agent_id),
    fence = t.fence + 1, failed_attempts = t.failed_attempts + 1,
    unseen_attempts = t.unseen_attempts + (not t.is_seen)::int, lease_expires_at = null, updated_at = bailiwick_now(),
    available_at = bailiwick_now() + least($5::float8, $4::float8 * power(2, least(30, t.failed_attempts)))
      * (0.5 + l.jitter / 2) * interval '1 millisecond'
  from locked l where t.workspace_id = $1 and t.id = l.id
  returning t.id, t.title, t.attempt, l.holder_id as assigned_to_agent_id, t.available_at, l.fence, t.pool_id
), freed as (
  update gates g set running = g.running - e.ended, lease_lost_at = bailiwick_now()
  from (select assigned_to_agent_id as agent_id, count(*)::int as ended from ended group by 1) e
  where g.workspace_id = $1 and g.agent_id = e.agent_id
)
select id, title, attempt, assigned_to_agent_id, available_at, fence, pool_id from ended order by id`;

export interface EndedLease {
  id: string;
  title: string;
  attempt: number;
  assigned_to_agent_id: string;
  pool_id: string | null;
  available_at: string;
  /** The fence of the holder. */
  fence: number;
}

/** `first` and `longest` are the waits after a failed attempt, in milliseconds. `jitter` returns a random part for each task. */
export async function endPlainLeases(
  tx: Tx,
  ids: readonly string[],
  { first, longest, jitter }: { first: number; longest: number; jitter: () => number },
): Promise<EndedLease[]> {
  const jitters = ids.map(jitter);
  return tx.statement<EndedLease>("tasks.end-leases", END_LEASES, [tx.workspace, [...ids], jitters, first, longest]);
}

/** The overdue tasks that one turn marks. */
const OVERDUE_MAX = 100;

const OVERDUE = `
with late as materialized (
  select id from tasks where workspace_id = $1 and due_at <= bailiwick_now() and overdue_at is null
    and status in ('queued', 'running', 'blocked')
  order by due_at, id limit ${OVERDUE_MAX} for no key update skip locked
)
update tasks t set overdue_at = bailiwick_now() from late l where t.workspace_id = $1 and t.id = l.id
returning t.id, t.assigned_to_agent_id, t.pool_id, t.due_at`;

export interface OverdueTask {
  id: string;
  assigned_to_agent_id: string;
  pool_id: string | null;
  due_at: string;
}

/** Marks each overdue task once. */
export async function markOverdue(tx: Tx): Promise<OverdueTask[]> {
  return tx.statement<OverdueTask>("tasks.overdue", OVERDUE, [tx.workspace]);
}
