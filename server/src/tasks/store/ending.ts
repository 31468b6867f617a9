/** Tasks that end because of another task: the tasks below it, and the list of tasks that the sweep ends. */
import { listOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { TaskRow } from "../schema.ts";

/** The tasks that end in one transaction. More tasks wait for the sweep. */
export const ENDED_AT_ONCE_MAX = 500;

type By = NonNullable<TaskRow["canceled_by"]>;
export type EndingCause = "parent_canceled" | "parent_failed" | "agent_archived";

/** A task without input and output. */
export type LeanTask = Pick<TaskRow, (typeof LEAN_COLUMNS)[number]>;

const LEAN_COLUMNS = [
  "id",
  "status",
  "assigned_to_agent_id",
  "pool_id",
  "attempt",
  "parent_task_id",
  "root_task_id",
  "depth",
  "child_count",
  "dependent_count",
  "open_children",
  "reserved_nanos",
  "budget_nanos",
  "budget_left_nanos",
  "budget_task_id",
] as const;

const LOCK = `select ${listOf(LEAN_COLUMNS)} from tasks where workspace_id = $1 and id = any($2::uuid[])
order by depth, id for no key update`;

/** Locks many tasks in one order: by depth, then id. */
export async function lockLean(tx: Tx, ids: readonly string[]): Promise<Map<string, LeanTask>> {
  const rows = await tx.statement<LeanTask>("tasks.lock-lean", LOCK, [tx.workspace, [...new Set(ids)]]);
  return new Map(rows.map((row) => [row.id, row]));
}

const NEXT = `
select e.task_id as id, e.cause, e.ended_by, t.assigned_to_agent_id, t.parent_task_id, t.budget_task_id,
  p.budget_task_id as lender_id
from (select task_id, cause, ended_by, depth from task_endings where workspace_id = $1 and group_id = $2
    order by depth desc, task_id limit $3) e
  join tasks t on t.workspace_id = $1 and t.id = e.task_id
  left join tasks p on p.workspace_id = $1 and p.id = t.parent_task_id
order by e.depth desc, e.task_id`;

export interface Ending {
  id: string;
  cause: EndingCause;
  ended_by: By;
  assigned_to_agent_id: string;
  parent_task_id: string | null;
  budget_task_id: string | null;
  /** The task whose budget pays for the parent; this task's budget came from it. */
  lender_id: string | null;
}

/** Returns the next listed tasks of a tree, deepest first, or of an archived agent. */
export async function listNextEndings(tx: Tx, groupId: string): Promise<Ending[]> {
  return tx.statement<Ending>("tasks.next-endings", NEXT, [tx.workspace, groupId, ENDED_AT_ONCE_MAX]);
}

/** Like `listBelow`: tasks that are open, have open children or a budget, and the task itself when it has a budget. */
const QUEUE = `
with recursive below as (
  select t.id, t.status, t.root_task_id, t.depth, t.open_children, t.budget_nanos
  from tasks t where t.workspace_id = $1 and t.parent_task_id = $2
  union all
  select t.id, t.status, t.root_task_id, t.depth, t.open_children, t.budget_nanos
  from below b join tasks t on t.parent_task_id = b.id where t.workspace_id = $1
), queued as (
  insert into task_endings (workspace_id, task_id, group_id, depth, cause, ended_by)
  select $1, id, root_task_id, depth, $3, $4 from (
    select * from below where status in ('queued', 'running', 'blocked') or open_children > 0 or budget_nanos is not null
    union all
    select id, status, root_task_id, depth, open_children, budget_nanos from tasks
      where workspace_id = $1 and id = $2 and budget_nanos is not null) q
  order by id
  on conflict (workspace_id, task_id) do update
    set group_id = excluded.group_id, cause = excluded.cause, ended_by = excluded.ended_by
  returning 1
)
select count(*) filter (where status in ('queued', 'running', 'blocked'))::int as open from below`;

/** Lists all tasks below the task. Returns the number of open tasks. */
export async function queueEndings(tx: Tx, id: string, cause: EndingCause, by: By): Promise<number> {
  const [row] = await tx.statement<{ open: number }>("tasks.queue-endings", QUEUE, [tx.workspace, id, cause, by]);
  return row?.open ?? 0;
}

const FORGET = "delete from task_endings where workspace_id = $1 and task_id = any($2::uuid[])";

export async function forgetEndings(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.statement("tasks.forget-endings", FORGET, [tx.workspace, [...ids]]);
}

const GROUP = `select group_id as id from task_endings where workspace_id = $1 and group_id <> all($2::uuid[])
order by group_id limit 1`;

/** Returns the root of a tree, or the archived agent, whose tasks are listed. */
export async function findEndingGroup(tx: ReadTx, except: readonly string[]): Promise<string | null> {
  const [row] = await tx.statement<{ id: string }>("tasks.ending-group", GROUP, [tx.workspace, [...except]]);
  return row?.id ?? null;
}

const FIND = "select cause, ended_by from task_endings where workspace_id = $1 and task_id = $2";

/** Returns the cause when the task is listed. */
export async function findEnding(tx: ReadTx, id: string): Promise<Pick<Ending, "cause" | "ended_by"> | undefined> {
  const [row] = await tx.statement<Pick<Ending, "cause" | "ended_by">>("tasks.find-ending", FIND, [tx.workspace, id]);
  return row;
}

const CANCEL = `update tasks set status = 'canceled', canceled_by = $3, blocked_by = null, blocked_reason = null,
  lease_expires_at = null, reserved_nanos = 0, finished_at = bailiwick_now(), updated_at = bailiwick_now()
where workspace_id = $1 and id = any($2::uuid[])`;

/** Cancels locked, open tasks. */
export async function cancelAll(tx: Tx, ids: readonly string[], by: By): Promise<void> {
  await tx.statement("tasks.cancel-all", CANCEL, [tx.workspace, [...ids], by]);
}

const BLOCK = `update tasks set status = 'blocked', blocked_by = 'guard', blocked_reason = $3::jsonb, fence = fence + 1,
  lease_expires_at = null, reserved_nanos = 0, updated_at = bailiwick_now()
where workspace_id = $1 and id = any($2::uuid[])`;

/** Blocks locked, running tasks. */
export async function blockAll(tx: Tx, ids: readonly string[], reason: NonNullable<TaskRow["blocked_reason"]>) {
  await tx.statement("tasks.block-all", BLOCK, [tx.workspace, [...ids], JSON.stringify(reason)]);
}

const CHILDREN = `update tasks t set open_children = t.open_children - c.ended
from unnest($2::uuid[], $3::int[]) as c(id, ended) where t.workspace_id = $1 and t.id = c.id`;

/** Reduces the counts of open children of locked parents. */
export async function countEndedChildren(tx: Tx, ended: ReadonlyMap<string, number>): Promise<void> {
  if (ended.size === 0) return;
  await tx.statement("tasks.children-ended", CHILDREN, [tx.workspace, [...ended.keys()], [...ended.values()]]);
}

const BUDGETS = `update tasks t set budget_left_nanos = t.budget_left_nanos + c.nanos
from unnest($2::uuid[], $3::bigint[]) as c(id, nanos) where t.workspace_id = $1 and t.id = c.id`;

/** Adds nano-dollars to the budgets of locked tasks. */
export async function addToBudgets(tx: Tx, changes: ReadonlyMap<string, bigint>): Promise<void> {
  const real = [...changes].filter(([, nanos]) => nanos !== 0n);
  if (real.length === 0) return;
  const nanos = real.map(([, change]) => change.toString());
  await tx.statement("tasks.add-to-budgets", BUDGETS, [tx.workspace, real.map(([id]) => id), nanos]);
}

const RETURN = `update tasks set status = 'queued', assigned_to_agent_id = pool_id, fence = fence + 1,
  lease_expires_at = null, reserved_nanos = 0, available_at = bailiwick_now(), updated_at = bailiwick_now()
where workspace_id = $1 and id = any($2::uuid[])`;

/** Returns locked, running tasks to their pools. */
export async function returnAll(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.statement("tasks.return-all", RETURN, [tx.workspace, [...ids]]);
}

const RUNNING = `select id, assigned_to_agent_id, budget_task_id from tasks
where workspace_id = $1 and assigned_to_agent_id = $2 and status = 'running' order by id limit ${ENDED_AT_ONCE_MAX}`;

export type RunningTask = Pick<TaskRow, "id" | "assigned_to_agent_id" | "budget_task_id">;

export async function listRunningTasks(tx: Tx, agentId: string): Promise<RunningTask[]> {
  return tx.statement<RunningTask>("tasks.running-of", RUNNING, [tx.workspace, agentId]);
}

const QUEUE_RUNNING = `insert into task_endings (workspace_id, task_id, group_id, depth, cause, ended_by)
select workspace_id, id, $2, depth, 'agent_archived', 'system' from tasks
where workspace_id = $1 and assigned_to_agent_id = $2 and status = 'running'
order by id on conflict (workspace_id, task_id) do nothing`;

/** Lists the tasks that the agent still runs. */
export async function queueRunning(tx: Tx, agentId: string): Promise<void> {
  await tx.statement("tasks.queue-running", QUEUE_RUNNING, [tx.workspace, agentId]);
}
