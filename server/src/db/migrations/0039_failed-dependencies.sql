-- The dependencies of an open task that failed or were canceled. The task cannot start before they are retried.
alter table tasks add column failed_dependency_count int not null default 0;
update tasks t set failed_dependency_count = f.failed
from (select d.workspace_id, d.task_id, count(*)::int as failed
    from task_dependencies d join tasks o on o.workspace_id = d.workspace_id and o.id = d.depends_on_id
    where o.status in ('failed', 'canceled') group by 1, 2) f
where t.workspace_id = f.workspace_id and t.id = f.task_id and t.status in ('queued', 'running', 'blocked');
alter table tasks add constraint tasks_failed_dependencies
  check (failed_dependency_count between 0 and open_dependencies);
create index tasks_failed_dependencies on tasks (workspace_id, id)
  where status = 'queued' and failed_dependency_count > 0;
