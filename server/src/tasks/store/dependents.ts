/** Counts the dependencies that ended without success, in the rows of the tasks that depend on them. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { TaskRow } from "../schema.ts";

const COUNT = `
with failed as (
  select task_id, count(*)::int as failed, array_agg(depends_on_id order by depends_on_id) as ids
  from task_dependencies where workspace_id = $1 and depends_on_id = any($2::uuid[]) group by task_id
), counted as (
  update tasks t set failed_dependency_count = t.failed_dependency_count + f.failed
  from failed f where t.workspace_id = $1 and t.id = f.task_id and t.status in ('queued', 'running', 'blocked')
  returning t.id, t.title, t.assigned_to_agent_id, t.pool_id, t.created_by_agent_id, t.created_by_user_id, f.ids
)
select c.*, exists (select from task_endings e where e.workspace_id = $1 and e.task_id = c.id) as is_ending
from counted c order by c.id`;

/** A task that waits for tasks that ended without success. */
export interface Waiting
  extends Pick<
    TaskRow,
    "id" | "title" | "assigned_to_agent_id" | "pool_id" | "created_by_agent_id" | "created_by_user_id"
  > {
  /** The dependencies that have ended. */
  ids: string[];
}

/** Counts these ended tasks in their locked, open dependents. Returns the dependents that do not end themselves. */
export async function countFailed(tx: Tx, ids: readonly string[]): Promise<Waiting[]> {
  const rows = await tx.statement<Waiting & { is_ending: boolean }>("tasks.count-failed", COUNT, [
    tx.workspace,
    [...ids],
  ]);
  return rows.filter(({ is_ending }) => !is_ending);
}
