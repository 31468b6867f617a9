/** Many new tasks in one statement: tasks without a budget or dependencies, which need no rows of other tasks. */
import type { Statement } from "../../kernel/db/batch.ts";
import { listOf, recordOf } from "../../kernel/db/columns.ts";
import { type FactRow, insertFactsOf } from "../../kernel/facts/insert.ts";
import type { Limits, NewTask } from "../new-task.ts";
import { TASK_COLUMNS, TaskColumns, type TaskRow } from "../schema.ts";
import { countRows } from "./open.ts";

/** The columns that the caller gives, in the form in which the caller gives them. */
const GIVEN = [
  "id",
  "title",
  "priority",
  "assigned_to_agent_id",
  "created_by_agent_id",
  "created_by_user_id",
  "parent_task_id",
  "max_attempts",
  "due_at",
  "estimated_cost_nanos",
] as const;

/**
 * Locks the parents first, in order, then the counts of open tasks of the workspace and of each tree. A tree without
 * children has no count yet; the parent shows that. The statement makes a child only when the parent is open and not on
 * the list of endings, has room and no budget, and is assigned to the agent that creates the child. It makes tasks of
 * agents only where the rules of the team decide without roles. The ordinary way handles the other calls and gives the
 * reasons of refusals.
 */
const CREATE = `
with calls as materialized (
  select * from jsonb_to_recordset($2::jsonb) as a(${recordOf(TaskColumns, ["input", ...GIVEN])}, fact jsonb)
), named as materialized (
  select t.id, t.depth from (select distinct parent_task_id as id from calls where parent_task_id is not null) a
    cross join lateral (select id, depth from tasks where workspace_id = $1 and id = a.id offset 0) t
), parents as materialized (
  select p.* from (select id from named order by depth, id) n
    cross join lateral (select id, root_task_id, depth, child_count, assigned_to_agent_id from tasks
      where workspace_id = $1 and id = n.id and status in ('queued', 'running', 'blocked') and depth < $3
        and budget_task_id is null
        and not exists (select from task_endings e where e.workspace_id = $1 and e.task_id = tasks.id)
      for no key update of tasks) p
), scopes as materialized (
  select $1::uuid as scope_id union select root_task_id from parents order by 1
), held as materialized (
  select o.scope_id, o.tasks - coalesce((select e.tasks from open_tasks e
    where e.workspace_id = $1 and e.scope_id = o.scope_id and e.side = 'ended'), 0) as open
  from scopes s cross join lateral (
    select scope_id, tasks from open_tasks where workspace_id = $1 and scope_id = s.scope_id and side = 'made'
    for no key update) o
), room as (
  select $1::uuid as scope_id, $6 - open as tasks from held where scope_id = $1
  union all
  select p.root_task_id, $5 - coalesce(h.open, 0) from (select distinct root_task_id from parents) p
    left join held h on h.scope_id = p.root_task_id
  where h.open is not null or exists (select from parents f where f.id = p.root_task_id and f.child_count = 0)
), limits as materialized (
  select * from team_limits($1)
), placed as (
  select a.*, p.root_task_id, p.depth + 1 as depth,
    p.child_count + row_number() over (partition by a.parent_task_id order by a.id) as place,
    row_number() over (order by a.id) as place_in_workspace,
    row_number() over (partition by p.root_task_id order by a.id) as place_in_tree
  from calls a cross join limits l left join parents p on p.id = a.parent_task_id
  where exists (select from gates g where g.workspace_id = $1 and g.agent_id = a.assigned_to_agent_id
      and g.pool_id is null and g.status <> 'archived')
    and (a.created_by_agent_id is null or not l.restricts_assignment and a.priority <= l.priority_max
      and (l.create_roots or a.parent_task_id is not null))
    and (a.parent_task_id is null or p.id is not null
      and (a.created_by_agent_id is null or a.created_by_agent_id = p.assigned_to_agent_id))
), fit as materialized (
  select * from placed p where place_in_workspace <= (select tasks from room where scope_id = $1)
    and (parent_task_id is null or place <= $4
      and place_in_tree <= (select tasks from room r where r.scope_id = p.root_task_id))
), made as (
  insert into tasks (workspace_id, root_task_id, depth, input, ${listOf(GIVEN)})
  select $1, coalesce(root_task_id, id), coalesce(depth, 0), nullif(input, 'null'), ${listOf(GIVEN)} from fit
  returning ${listOf(TASK_COLUMNS)}
), counted as (
  update tasks p set child_count = p.child_count + m.made, open_children = p.open_children + m.made
  from (select parent_task_id, count(*)::int as made from made where parent_task_id is not null group by 1) m
  where p.workspace_id = $1 and p.id = m.parent_task_id
), opened as (
  ${countRows("made", "made")}
), logged as (
  ${insertFactsOf("fit")}
)
select * from made`;

/** Returns true when the hot statement can make the task. */
export function isPlain(input: NewTask): input is NewTask & { assigned_to_agent_id: string } {
  const { assigned_to_agent_id: agentId, assigned_role: role, assigned_tags: tags } = input;
  if (agentId === undefined || role !== undefined || tags !== undefined) return false;
  const { depends_on: dependsOn, budget_usd: budget } = input;
  return (dependsOn ?? []).length === 0 && (budget ?? null) === null && input.title.trim() !== "";
}

/** The row of a new task, and the fact of its creation. */
export interface PlainTask extends Partial<TaskRow> {
  id: string;
  fact: FactRow | undefined;
}

/** Returns the rows of the new tasks. The ordinary way makes the first task of a workspace, and the row of its count. */
export function createTasks(tasks: readonly PlainTask[], limits: Limits): Statement {
  const rows = tasks.map((task) => ({ ...task, estimated_cost_nanos: task.estimated_cost_nanos?.toString() ?? null }));
  const { taskDepthMax, taskFanOutMax, openTasksPerRootMax, openTasksMax } = limits;
  const values = [JSON.stringify(rows), taskDepthMax, taskFanOutMax, openTasksPerRootMax, openTasksMax];
  return { name: "tasks.create", text: CREATE, values };
}
