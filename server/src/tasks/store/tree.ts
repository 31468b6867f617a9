/** Statements on the tasks above and below a task, and on its dependencies. */
import { sql } from "kysely";
import { LockTaken } from "../../kernel/db/lock-queues.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { Problem } from "../../kernel/problem.ts";
import type { TaskRow } from "../schema.ts";

const LINKS = `select task_id, depends_on_id from task_dependencies
where workspace_id = $1 and depends_on_id = any($2::uuid[]) order by depends_on_id, task_id`;

/** A task that depends on another one. */
export interface DependencyLink {
  task_id: string;
  depends_on_id: string;
}

/** Returns the links of the tasks that depend on these tasks. */
export async function listDependents(tx: ReadTx, ids: readonly string[]): Promise<DependencyLink[]> {
  if (ids.length === 0) return [];
  return tx.statement<DependencyLink>("tasks.dependents", LINKS, [tx.workspace, [...ids]]);
}

export interface Below {
  id: string;
  assigned_to_agent_id: string;
  child_count: number;
  dependent_count: number;
  /** The task whose budget pays for the parent; this task's budget came from it. */
  lender_id: string | null;
}

/** Returns tasks below that are open, have open children or a budget, up to a limit. */
export async function listBelow(tx: ReadTx, id: string, limit: number): Promise<Below[]> {
  const { rows } = await sql<Below>`
    with recursive below as (
      select t.id, t.status, t.assigned_to_agent_id, t.child_count, t.dependent_count, t.open_children, t.budget_nanos, t.budget_task_id,
        p.budget_task_id as lender_id
      from tasks p join tasks t on t.parent_task_id = p.id and t.workspace_id = p.workspace_id
      where p.workspace_id = ${tx.workspace} and p.id = ${id}
      union all
      select t.id, t.status, t.assigned_to_agent_id, t.child_count, t.dependent_count, t.open_children, t.budget_nanos, t.budget_task_id,
        b.budget_task_id
      from below b join tasks t on t.parent_task_id = b.id where t.workspace_id = ${tx.workspace}
    )
    select id, assigned_to_agent_id, child_count, dependent_count, lender_id from below
    where status in ('queued', 'running', 'blocked') or open_children > 0 or budget_nanos is not null
    limit ${limit}`.execute(tx);
  return rows;
}

const OPEN_BELOW = `
with recursive below as (
  select id, status from tasks where workspace_id = $1 and parent_task_id = $2
  union all
  select t.id, t.status from below b join tasks t on t.workspace_id = $1 and t.parent_task_id = b.id
)
select exists (select from below where status in ('queued', 'running', 'blocked')) as open`;

export async function hasOpenBelow(tx: ReadTx, id: string): Promise<boolean> {
  const [row] = await tx.statement<{ open: boolean }>("tasks.open-below", OPEN_BELOW, [tx.workspace, id]);
  return row?.open ?? false;
}

const CHILDREN = `select count(*) filter (where status = 'completed')::int as completed,
  count(*) filter (where status = 'failed')::int as failed, count(*) filter (where status = 'canceled')::int as canceled
from tasks where workspace_id = $1 and parent_task_id = $2`;

/** Counts the ended children of a task by their status. */
export async function countChildren(
  tx: ReadTx,
  id: string,
): Promise<Record<"completed" | "failed" | "canceled", number>> {
  const [row] = await tx.statement<{ completed: number; failed: number; canceled: number }>(
    "tasks.children",
    CHILDREN,
    [tx.workspace, id],
  );
  return row ?? { completed: 0, failed: 0, canceled: 0 };
}

const LOCK_GRAPH = "select pg_try_advisory_xact_lock(hashtextextended($1, 8)) as taken";

/**
 * Allows one transaction at a time to look for a circle and add a dependency. When the lock is taken, the transaction
 * ends and runs again later, so that waiting callers keep neither a connection nor locked tasks.
 */
export async function lockGraph(tx: Tx): Promise<void> {
  const [row] = await tx.statement<{ taken: boolean }>("tasks.lock-graph", LOCK_GRAPH, [tx.workspace]);
  if (!row?.taken) throw new LockTaken("graph", "Too many tasks with dependencies are made at once in this workspace.");
}

/** The maximum number of tasks that the search for a circle visits. */
export const REACH_MAX = 10_000;

/** Returns true when one of the tasks waits, through dependencies and open children, for one of the others. */
export async function reaches(tx: ReadTx, from: readonly string[], to: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ seen: number; found: boolean | null }>`
    with recursive waits(id) as (
      select unnest(${[...from]}::uuid[])
      union
      select n.id from waits w cross join lateral (
        select d.depends_on_id as id from task_dependencies d
          where d.workspace_id = ${tx.workspace} and d.task_id = w.id
        union all
        select c.id from tasks c where c.workspace_id = ${tx.workspace} and c.parent_task_id = w.id
          and c.status in ('queued', 'running', 'blocked')
      ) n
    )
    select count(*)::int as seen, bool_or(id = any(${[...to]}::uuid[])) as found
    from (select id from waits limit ${REACH_MAX + 1}) w`.execute(tx);
  const [{ seen, found } = { seen: 0, found: false }] = rows;
  if (found) return true;
  if (seen <= REACH_MAX) return false;
  throw new Problem("conflict", `More than ${REACH_MAX} open tasks would have to end before this one could begin.`, {
    next_step: "Depend on fewer tasks, or on tasks that wait for fewer others.",
  });
}

const LINK_COLUMNS = [
  "id",
  "title",
  "depth",
  "parent_task_id",
  "assigned_to_agent_id",
  "pool_id",
  "created_by_agent_id",
  "created_by_user_id",
] as const;

export type TaskLink = Pick<TaskRow, (typeof LINK_COLUMNS)[number]>;

/** Returns the task and all tasks above it, root first, without input and output. */
export async function listChain(tx: ReadTx, id: string): Promise<TaskLink[]> {
  const columns = sql.join(LINK_COLUMNS.map((name) => sql.ref(`t.${name}`)));
  const { rows } = await sql<TaskLink>`
    with recursive above as (
      select ${columns} from tasks t where t.workspace_id = ${tx.workspace} and t.id = ${id}
      union all
      select ${columns} from tasks t join above a on t.id = a.parent_task_id where t.workspace_id = ${tx.workspace}
    )
    select ${sql.join(LINK_COLUMNS.map((name) => sql.ref(name)))} from above order by depth`.execute(tx);
  return rows;
}
