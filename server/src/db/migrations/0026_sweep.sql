-- What is due is found workspace by workspace, so that one with much of it hides nobody's: each of these indexes begins
-- with the workspace, and the two functions below read one row a workspace.
drop index tasks_lease;
create index tasks_lease on tasks (workspace_id, lease_expires_at) where lease_expires_at is not null;
drop index tasks_due;
create index tasks_due on tasks (workspace_id, due_at)
  where due_at is not null and overdue_at is null and status in ('queued', 'running', 'blocked');
drop index tasks_escalating;
create index tasks_escalating on tasks (workspace_id, escalates_at) where escalates_at is not null and status = 'queued';

alter table tasks
  -- When the running attempt began; no lease is renewed for ever.
  add column attempt_started_at timestamptz(3),
  -- How often agents assigned it since a person last did.
  add column handovers int not null default 0 check (handovers >= 0);
update tasks set attempt_started_at = bailiwick_now() where status = 'running';

-- Tasks that end because of another, and wait for the sweep because they are too many for one transaction. None of them
-- starts. There are no foreign keys: each row would lock a task, in no order.
create table task_endings (
  workspace_id uuid not null,
  task_id uuid not null,
  -- What ends together: the root of the tree, or the archived agent.
  group_id uuid not null,
  -- The deepest end first, so that nothing is open below a task that ends.
  depth smallint not null,
  cause text not null check (cause in ('parent_canceled', 'parent_failed', 'agent_archived')),
  ended_by text not null check (ended_by in ('user', 'agent', 'service', 'system')),
  primary key (workspace_id, task_id)
);
create index task_endings_next on task_endings (workspace_id, group_id, depth desc, task_id);
alter table task_endings enable row level security;
create policy workspace on task_endings using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on task_endings to bailiwick_app;

-- Workspaces with leases that ended, escalations that go on, or tasks that end because of another.
create or replace function bailiwick_task_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with recursive leased(w) as (
    (select workspace_id from tasks where lease_expires_at is not null order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.lease_expires_at is not null and t.workspace_id > l.w
      order by t.workspace_id limit 1) from leased l where l.w is not null
  ), escalating(w) as (
    (select workspace_id from tasks where escalates_at is not null and status = 'queued' order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.escalates_at is not null and t.status = 'queued'
      and t.workspace_id > e.w order by t.workspace_id limit 1) from escalating e where e.w is not null
  ), ending(w) as (
    (select workspace_id from task_endings order by workspace_id limit 1)
    union all
    select (select t.workspace_id from task_endings t where t.workspace_id > e.w order by t.workspace_id limit 1)
      from ending e where e.w is not null
  )
  select w from leased where exists (select from tasks t where t.workspace_id = w
    and t.lease_expires_at <= bailiwick_now())
  union
  select w from escalating where exists (select from tasks t where t.workspace_id = w
    and t.escalates_at <= bailiwick_now() and t.status = 'queued')
  union
  select w from ending where w is not null
$$;

-- Workspaces with tasks whose time has come, or that a guard blocked.
create function bailiwick_task_times_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with recursive timed(w) as (
    (select workspace_id from tasks where due_at is not null and overdue_at is null
      and status in ('queued', 'running', 'blocked') order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.due_at is not null and t.overdue_at is null
      and t.status in ('queued', 'running', 'blocked') and t.workspace_id > d.w order by t.workspace_id limit 1)
      from timed d where d.w is not null
  ), guarded(w) as (
    (select workspace_id from tasks where blocked_by = 'guard' order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.blocked_by = 'guard' and t.workspace_id > g.w
      order by t.workspace_id limit 1) from guarded g where g.w is not null
  )
  select w from timed where exists (select from tasks t where t.workspace_id = w and t.due_at <= bailiwick_now()
    and t.overdue_at is null and t.status in ('queued', 'running', 'blocked'))
  union
  select w from guarded where w is not null
$$;
revoke all on function bailiwick_task_times_due() from public;
grant execute on function bailiwick_task_times_due() to bailiwick_app;

-- As in 0016_statistics-again.sql, since indexes were added.
insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth)
select workspace_id, id, 'Statistics', id, id, 0 from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
analyze tasks;
delete from tasks where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';
