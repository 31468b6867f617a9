/** Trees that are too large to end in one transaction. */
import type { Actor } from "../../src/kernel/actor.ts";
import type { NewTask } from "../../src/tasks/new-task.ts";
import type { Task } from "../../src/tasks/schema.ts";
import { aTask } from "./builders.ts";
import type { TestApp } from "./harness.ts";

export const LEAVES = 199;

const INSERT = `insert into tasks (workspace_id, id, title, assigned_to_agent_id, parent_task_id, root_task_id, depth,
  budget_task_id, child_count, open_children)
select $1, gen_random_uuid(), 'Below', $2, p.id, p.root_task_id, p.depth + 1, p.budget_task_id, $4, $4
from tasks p, generate_series(1, $5) n where p.workspace_id = $1 and p.id = any($3::uuid[]) returning id`;

/** A task with this number of children, each with `LEAVES` children, all queued for the agent. */
export async function aLargeTree(
  app: TestApp,
  by: Actor,
  agent: Actor,
  branches: number,
  fields: Partial<NewTask> = {},
): Promise<{ head: Task; branchIds: string[]; leafIds: string[]; size: number }> {
  const { admin } = app;
  const head = await aTask(app, by, agent, fields);
  const size = branches * (LEAVES + 1);
  const insert = async (parents: string[], children: number, each: number) => {
    const { rows } = await admin.query(INSERT, [by.workspace, agent.id, parents, children, each]);
    return rows.map(({ id }) => id as string);
  };
  const branchIds = await insert([head.id], LEAVES, branches);
  const leafIds = await insert(branchIds, 0, LEAVES);
  await admin.query("update tasks set child_count = $2, open_children = $2 where id = $1", [head.id, branches]);
  await admin.query(
    `insert into facts (workspace_id, id, type, actor_kind, actor_id, subject_kind, subject_id, agent_id, request_id)
     select $1, gen_random_uuid(), 'task.created', 'system', 'test', 'task', id, $3, 'test' from unnest($2::uuid[]) id`,
    [by.workspace, [...branchIds, ...leafIds], agent.id],
  );
  await admin.query(
    `insert into open_tasks (workspace_id, scope_id, side, tasks)
     select $1, s, 'made', $3 from unnest(array[$1, $2]::uuid[]) s
     on conflict (workspace_id, scope_id, side) do update set tasks = open_tasks.tasks + excluded.tasks`,
    [by.workspace, head.root_task_id, size],
  );
  return { head, branchIds, leafIds, size };
}
