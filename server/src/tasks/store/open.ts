/** The counts of open tasks in the workspace and below each root. Their rows are locked after all other rows. */
import type { Tx } from "../../kernel/db/tx.ts";
import { Problem } from "../../kernel/problem.ts";
import type { Limits } from "../new-task.ts";
import { requireRoomForPool } from "./pools.ts";

type Side = "made" | "ended";

const ADDS_UP = `on conflict (workspace_id, scope_id, side)
  do update set tasks = open_tasks.tasks + excluded.tasks`;

/** Returns the part of a hot statement that adds the tasks of another part to the counts. `$1` is the workspace. */
export function countRows(side: Side, part: string): string {
  return `insert into open_tasks (workspace_id, scope_id, side, tasks)
  select $1, scope_id, '${side}', tasks from (
    select $1::uuid as scope_id, count(*) as tasks from ${part} having count(*) > 0
    union all
    select root_task_id, count(*) from ${part} where parent_task_id is not null group by 1) n
  order by scope_id
  ${ADDS_UP}`;
}

const ADD = `
insert into open_tasks (workspace_id, scope_id, side, tasks)
select $1, s.scope_id, $3, s.tasks from unnest($2::uuid[], $4::int[]) as s(scope_id, tasks) order by s.scope_id
${ADDS_UP}
returning scope_id, tasks - case when $3 = 'ended' then 0 else coalesce((select e.tasks from open_tasks e
  where e.workspace_id = $1 and e.scope_id = open_tasks.scope_id and e.side = 'ended'), 0) end as open`;

async function add(tx: Tx, side: Side, scopes: ReadonlyMap<string, number>) {
  return tx.statement<{ scope_id: string; open: bigint }>("tasks.add-open", ADD, [
    tx.workspace,
    [...scopes.keys()],
    side,
    [...scopes.values()],
  ]);
}

interface Placed {
  root_task_id: string;
  depth: number;
}

function scopesOf(tx: Tx, { root_task_id, depth }: Placed, tasks: number, ofRoot = depth > 0 ? tasks : 0) {
  return new Map([[tx.workspace, tasks], ...(ofRoot > 0 ? ([[root_task_id, ofRoot]] as const) : [])]);
}

/** Counts ended tasks of one tree. `ofRoot` of them are below the root. */
export async function countEnded(tx: Tx, task: Placed, tasks = 1, ofRoot?: number): Promise<void> {
  if (tasks > 0) await add(tx, "ended", scopesOf(tx, task, tasks, ofRoot));
}

/** Counts one more open task. Throws when its workspace, its tree or the list of pools has no room. */
export async function takeRoom(tx: Tx, task: Placed & { pool_id: string | null }, limits: Limits): Promise<void> {
  for (const { scope_id, open } of await add(tx, "made", scopesOf(tx, task, 1))) {
    const ofWorkspace = scope_id === tx.workspace;
    const most = ofWorkspace ? limits.openTasksMax : limits.openTasksPerRootMax;
    if (open <= BigInt(most)) continue;
    const where = ofWorkspace ? "The workspace" : `The tree of task ${scope_id}`;
    throw new Problem("open_tasks_limit", `${where} has ${most} open tasks, which is the most it may have.`, {
      open_tasks_max: most,
      next_step: "Finish or cancel open tasks first.",
    });
  }
  if (task.pool_id !== null) await requireRoomForPool(tx);
}
