/** The invariants of the tasks of a workspace while no call runs. */
import { expect } from "vitest";
import type { TestApp } from "./harness.ts";

const OPEN = "('queued', 'running', 'blocked')";

/** Each statement returns the rows that violate the invariant. */
const RULES = {
  "open_children is the number of open children": `
    select t.id, t.open_children, count(c.id)::int as counted from tasks t
      left join tasks c on c.workspace_id = $1 and c.parent_task_id = t.id and c.status in ${OPEN}
    where t.workspace_id = $1 group by t.workspace_id, t.id having t.open_children <> count(c.id)`,
  "child_count is the number of children": `
    select t.id, t.child_count from tasks t left join tasks c on c.workspace_id = $1 and c.parent_task_id = t.id
    where t.workspace_id = $1 group by t.workspace_id, t.id having t.child_count <> count(c.id)`,
  "open_dependencies is the number of tasks an open task still waits for": `
    select t.id, t.open_dependencies from tasks t
      left join task_dependencies d on d.workspace_id = $1 and d.task_id = t.id
      left join tasks o on o.workspace_id = $1 and o.id = d.depends_on_id and o.status <> 'completed'
    where t.workspace_id = $1 and t.status in ${OPEN}
    group by t.workspace_id, t.id having t.open_dependencies <> count(o.id)`,
  "failed_dependency_count is the number of them that ended without success": `
    select t.id, t.failed_dependency_count from tasks t
      left join task_dependencies d on d.workspace_id = $1 and d.task_id = t.id
      left join tasks o on o.workspace_id = $1 and o.id = d.depends_on_id and o.status in ('failed', 'canceled')
    where t.workspace_id = $1 and t.status in ${OPEN}
    group by t.workspace_id, t.id having t.failed_dependency_count <> count(o.id)`,
  "dependent_count is the number of tasks that depend on it": `
    select t.id, t.dependent_count from tasks t
      left join task_dependencies d on d.workspace_id = $1 and d.depends_on_id = t.id
    where t.workspace_id = $1 group by t.workspace_id, t.id having t.dependent_count <> count(d.task_id)`,
  "a gate's running is the number of tasks its agent runs": `
    select g.agent_id, g.running, count(t.id)::int as counted from gates g
      left join tasks t on t.workspace_id = $1 and t.assigned_to_agent_id = g.agent_id and t.status = 'running'
    where g.workspace_id = $1 group by g.workspace_id, g.agent_id having g.running <> count(t.id)`,
  "open tasks are counted, in the workspace and below each root": `
    with counted as (select s.scope_id, count(*) as open from tasks t
        cross join lateral (select t.workspace_id as scope_id union all select t.root_task_id where t.depth > 0) s
        where t.workspace_id = $1 and t.status in ${OPEN} group by 1),
      kept as (select scope_id, sum(case side when 'made' then tasks else -tasks end) as open from open_tasks
        where workspace_id = $1 group by 1)
    select scope_id, c.open as counted, k.open as kept from counted c full join kept k using (scope_id)
    where coalesce(c.open, 0) <> coalesce(k.open, 0)`,
  "nothing waits for its end": "select task_id from task_endings where workspace_id = $1",
  "nothing is open below a task that failed or was canceled": `
    select c.id from tasks c join tasks p on p.workspace_id = $1 and p.id = c.parent_task_id
    where c.workspace_id = $1 and c.status in ${OPEN} and p.status in ('failed', 'canceled')`,
  "a task that waits for its children has an open child": `
    select id from tasks where workspace_id = $1 and status = 'blocked' and open_children = 0
      and blocked_reason->>'code' = 'waiting_for_children'`,
  "the last status event is the status": `
    select t.id, t.status, e.type from tasks t cross join lateral (
      select substr(f.type, 6) as type, f.data from facts f
      where f.workspace_id = $1 and f.subject_id = t.id and f.type like 'task.%'
        and f.type not in ('task.progress', 'task.tool_call', 'task.tool_result', 'task.late_result', 'task.overdue',
          'task.children_done', 'task.dependency_failed', 'task.dependencies_changed')
      order by f.seq desc limit 1) e
    where t.workspace_id = $1 and t.status <> case
      when e.type in ('created', 'assigned', 'answered', 'unblocked', 'lease_expired', 'retried', 'released') then 'queued'
      when e.type = 'escalated' then case when e.data->>'to_agent_id' is null then 'blocked' else 'queued' end
      when e.type = 'undone' then e.data->>'status' when e.type = 'started' then 'running' when e.type = 'late_accepted' then 'completed' else e.type end`,
  "each step starts where the one before it ended": `
    select subject_id, type, before, said from (
      select f.subject_id, f.type, f.data->>'previous_status' as said, lag(case
        when f.type in ('task.created', 'task.assigned', 'task.answered', 'task.unblocked', 'task.lease_expired', 'task.retried', 'task.released')
        then 'queued' when f.type = 'task.undone' then f.data->>'status'
        when f.type = 'task.started' then 'running' when f.type = 'task.late_accepted' then 'completed'
        when f.type = 'task.escalated' then case when f.data->>'to_agent_id' is null then 'blocked' else 'queued' end
        else substr(f.type, 6) end)
        over (partition by f.subject_id order by f.seq) as before
      from facts f where f.workspace_id = $1 and f.type in ('task.created', 'task.assigned', 'task.answered', 'task.undone', 'task.unblocked',
        'task.lease_expired', 'task.retried', 'task.released', 'task.started', 'task.completed', 'task.late_accepted',
        'task.failed', 'task.canceled', 'task.blocked', 'task.escalated')) story
    where said is not null and said <> before`,
  "every task ends once, or completes once more after it failed": `
    select subject_id, array_agg(type order by seq) from facts where workspace_id = $1
      and type in ('task.completed', 'task.late_accepted', 'task.failed', 'task.canceled')
    group by subject_id having count(*) > 1 and array_agg(type order by seq) <> '{task.failed,task.late_accepted}'`,
  "every start has a fence and an attempt of its own": `
    select subject_id, count(*) from facts where workspace_id = $1 and type = 'task.started'
    group by subject_id having count(*) <> count(distinct data->>'fence') or count(*) <> max((data->>'attempt')::int)`,
  "each unseen attempt ended with its lease, and there are at most ten": `
    select t.id, t.unseen_attempts, count(f.id) as leases from tasks t
      left join facts f on f.workspace_id = $1 and f.subject_id = t.id and f.type = 'task.lease_expired'
    where t.workspace_id = $1 and t.unseen_attempts > 0
    group by t.workspace_id, t.id having t.unseen_attempts > least(10, count(f.id))`,
  "no budget is overdrawn": "select id, budget_left_nanos from tasks where workspace_id = $1 and budget_left_nanos < 0",
  "money is neither made nor lost: what an open tree holds adds up to its budget": `
    select r.id, r.budget_nanos, sum(t.budget_left_nanos) + sum(t.reserved_nanos) as held from tasks r
      join tasks t on t.workspace_id = $1 and t.root_task_id = r.id
    where r.workspace_id = $1 and r.parent_task_id is null and r.budget_nanos is not null
    group by r.workspace_id, r.id
    having r.budget_nanos <> coalesce(sum(t.budget_left_nanos), 0) + coalesce(sum(t.reserved_nanos), 0)`,
} as const;

export async function checkTasks(app: TestApp, workspace: string): Promise<void> {
  const broken: Record<string, unknown> = {};
  for (const [rule, sql] of Object.entries(RULES)) {
    const { rows } = await app.admin.query(sql, [workspace]);
    if (rows.length > 0) broken[rule] = rows.slice(0, 3);
  }
  expect(broken).toEqual({});
}
