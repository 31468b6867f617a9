/** The tasks above a task. A task keeps its parent, so the path of a task never changes. */
import type { ReadTx } from "../../kernel/db/tx.ts";

export interface TaskPath {
  task_id: string;
  /** A task above, or the task itself. */
  above_id: string;
  /** The depth of the task above: 0 for the root. */
  depth: number;
}

const PATHS = `
with recursive up as (
  select id as task_id, id as above_id, parent_task_id, depth from tasks where workspace_id = $1 and id = any($2::uuid[])
  union all
  select u.task_id, t.id, t.parent_task_id, t.depth
  from up u cross join lateral (select id, parent_task_id, depth from tasks
    where workspace_id = $1 and id = u.parent_task_id offset 0) t
)
select task_id, above_id, depth from up`;

/** Returns for each of the tasks that exist the tasks above it and itself. */
export async function listPaths(tx: ReadTx, ids: readonly string[]): Promise<TaskPath[]> {
  if (ids.length === 0) return [];
  return tx.statement<TaskPath>("tasks.paths", PATHS, [tx.workspace, [...ids]]);
}
