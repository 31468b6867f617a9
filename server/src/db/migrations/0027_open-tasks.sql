-- How many tasks are open in a workspace and below a root, as the tasks ever made there and those that ended. Two rows,
-- because they are written by different calls: whoever makes tasks holds the first and reads the second, which only
-- grows, so that an old reading counts too many and never too few.
create table open_tasks (
  workspace_id uuid not null references workspaces,
  -- The workspace itself, or the root below which the tasks are; the root is not counted there.
  scope_id uuid not null,
  side text not null check (side in ('made', 'ended')),
  tasks bigint not null check (tasks >= 0),
  primary key (workspace_id, scope_id, side)
) with (fillfactor = 50);
alter table open_tasks enable row level security;
create policy workspace on open_tasks using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on open_tasks to bailiwick_app;

insert into open_tasks (workspace_id, scope_id, side, tasks)
select workspace_id, workspace_id, 'made', count(*) from tasks
  where status in ('queued', 'running', 'blocked') group by workspace_id
union all
select workspace_id, root_task_id, 'made', count(*) from tasks
  where status in ('queued', 'running', 'blocked') and depth > 0 group by workspace_id, root_task_id;
