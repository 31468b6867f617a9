create table tasks (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  title text not null check (length(title) between 1 and 500),
  input jsonb,
  output jsonb,
  status text not null default 'queued'
    check (status in ('queued', 'running', 'blocked', 'completed', 'failed', 'canceled')),
  priority int not null default 0,
  assigned_to_agent_id uuid not null,
  created_by_agent_id uuid,
  created_by_user_id uuid,
  parent_task_id uuid,
  root_task_id uuid not null,
  depth smallint not null check (depth between 0 and 100),
  depends_on uuid[] not null default '{}',
  retry_of uuid,
  -- The number of the current attempt, or of the last one, or of the one to come.
  attempt int not null default 1 check (attempt >= 1),
  max_attempts int not null default 3 check (max_attempts between 1 and 100),
  -- Attempts that ended in a lost lease or a retryable failure.
  failed_attempts int not null default 0,
  result_of_attempt int,
  has_late_result boolean not null default false,
  -- Rises with every start and whenever the holder loses the task; 0 before the first start.
  fence int not null default 0 check (fence >= 0),
  lease_seconds int check (lease_seconds between 5 and 3600),
  lease_expires_at timestamptz(3),
  -- Not before this; later than its creation only while it backs off.
  available_at timestamptz(3) not null default bailiwick_now(),
  due_at timestamptz(3),
  overdue_at timestamptz(3),
  blocked_by text check (blocked_by in ('guard', 'agent', 'escalation')),
  blocked_reason jsonb,
  canceled_by text check (canceled_by in ('user', 'agent', 'service', 'system')),
  -- Kept by whoever changes the children and dependencies, so that a step decides on this row alone.
  child_count int not null default 0 check (child_count >= 0),
  open_children int not null default 0 check (open_children between 0 and child_count),
  open_dependencies int not null default 0 check (open_dependencies >= 0),
  dependent_count int not null default 0 check (dependent_count >= 0),
  -- Nano-dollars. The budget covers the task and everything below it; `budget_left` is what neither a child's budget,
  -- nor a reservation, nor a cost has taken.
  budget_nanos bigint check (budget_nanos >= 0),
  budget_left_nanos bigint,
  -- The nearest task at or above this one that has a budget.
  budget_task_id uuid,
  estimated_cost_nanos bigint check (estimated_cost_nanos >= 0),
  reserved_nanos bigint not null default 0 check (reserved_nanos >= 0),
  cost_nanos bigint not null default 0 check (cost_nanos >= 0),
  created_at timestamptz(3) not null default bailiwick_now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  updated_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, assigned_to_agent_id) references agents,
  foreign key (workspace_id, created_by_agent_id) references agents,
  foreign key (workspace_id, created_by_user_id) references members,
  foreign key (workspace_id, parent_task_id) references tasks,
  foreign key (workspace_id, retry_of) references tasks,
  foreign key (workspace_id, budget_task_id) references tasks,
  check ((parent_task_id is null) = (depth = 0)),
  check ((parent_task_id is null) = (root_task_id = id)),
  check ((budget_nanos is null) = (budget_left_nanos is null)),
  check (lease_expires_at is null or status = 'running'),
  check (status <> 'running' or fence > 0),
  check ((status = 'blocked') = (blocked_by is not null)),
  check ((status = 'blocked') = (blocked_reason is not null)),
  check ((status = 'canceled') = (canceled_by is not null)),
  check ((status in ('completed', 'failed', 'canceled')) = (finished_at is not null)),
  check (reserved_nanos = 0 or status = 'running')
) with (fillfactor = 85);

create index tasks_queued on tasks (workspace_id, assigned_to_agent_id, priority desc, id)
  where status = 'queued' and open_dependencies = 0;
create index tasks_waiting on tasks (workspace_id, assigned_to_agent_id, priority desc, id)
  where status = 'queued' and open_dependencies > 0;
create index tasks_backing_off on tasks (workspace_id, assigned_to_agent_id, priority desc, id)
  where status = 'queued' and failed_attempts > 0;
create index tasks_status on tasks (workspace_id, status, id);
create index tasks_assignee on tasks (workspace_id, assigned_to_agent_id, id);
create index tasks_creator on tasks (workspace_id, created_by_agent_id, id) where created_by_agent_id is not null;
create index tasks_parent on tasks (workspace_id, parent_task_id, id) where parent_task_id is not null;
create index tasks_root on tasks (workspace_id, root_task_id, id) where parent_task_id is not null;
create index tasks_lease on tasks (lease_expires_at) where lease_expires_at is not null;
create index tasks_due on tasks (due_at)
  where due_at is not null and overdue_at is null and status in ('queued', 'running', 'blocked');
create index tasks_guarded on tasks (workspace_id, id) where blocked_by = 'guard';

create table task_dependencies (
  workspace_id uuid not null,
  task_id uuid not null,
  depends_on_id uuid not null,
  primary key (workspace_id, task_id, depends_on_id),
  foreign key (workspace_id, task_id) references tasks,
  foreign key (workspace_id, depends_on_id) references tasks,
  check (task_id <> depends_on_id)
);
create index task_dependencies_reverse on task_dependencies (workspace_id, depends_on_id, task_id);

alter table tasks enable row level security;
alter table task_dependencies enable row level security;
create policy workspace on tasks using (workspace_id = (select bailiwick_workspace()));
create policy workspace on task_dependencies using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on tasks to bailiwick_app;
grant select, insert, update, delete on task_dependencies to bailiwick_app;

-- Workspaces in which time alone has something to do now.
create function bailiwick_task_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
  select workspace_id from public.tasks where lease_expires_at <= public.bailiwick_now()
  union
  select workspace_id from public.tasks
    where due_at <= public.bailiwick_now() and overdue_at is null and status in ('queued', 'running', 'blocked')
  union
  select workspace_id from public.tasks where blocked_by = 'guard'
$$;
revoke all on function bailiwick_task_work_due() from public;
grant execute on function bailiwick_task_work_due() to bailiwick_app;

-- One `action_started`, and one `action_finished` or `error`, for each attempt at a task; ingest adds the rest.
create table obs_events (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid,
  event_type text not null,
  status text not null check (status in ('success', 'error', 'info')),
  task_id uuid,
  payload jsonb not null default '{}',
  occurred_at timestamptz(3) not null,
  created_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  foreign key (workspace_id, task_id) references tasks
);
create index obs_events_agent on obs_events (workspace_id, agent_id, id);
create index obs_events_task on obs_events (workspace_id, task_id, id) where task_id is not null;

alter table obs_events enable row level security;
create policy workspace on obs_events using (workspace_id = (select bailiwick_workspace()));
grant select, insert on obs_events to bailiwick_app;
