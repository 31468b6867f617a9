-- Tasks for a role or for tags. Until an agent claims such a task, `assigned_to_agent_id` is the id of its pool, so that
-- the pool has a queue and a gate like an agent; docs/decisions/0019-pools.md gives the reasons.
alter table agents add column tags text[] not null default '{}', add constraint agents_tags check (cardinality(tags) <= 20);
grant update (tags) on agents to bailiwick_app;

create table pools (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  -- The role, or a hash of the tags, which may be longer than a key of an index.
  name text not null,
  role text check (role in ('supervisor', 'worker', 'specialist')),
  tags text[] check (cardinality(tags) between 1 and 20),
  primary key (workspace_id, id),
  unique (workspace_id, name),
  check ((role is null) <> (tags is null))
);
alter table pools enable row level security;
create policy workspace on pools using (workspace_id = (select bailiwick_workspace()));
grant select, insert on pools to bailiwick_app;

-- Whether an agent has the role or all the tags of a pool.
create function pool_fits(pool pools, agent uuid) returns boolean
language sql stable parallel safe as $$
  select case when pool.role is not null
    then exists (select from agent_roles r where r.workspace_id = pool.workspace_id and r.agent_id = agent
      and r.role = pool.role)
    else exists (select from agents a where a.workspace_id = pool.workspace_id and a.id = agent and a.tags @> pool.tags)
  end
$$;

-- A row points to its agent, or to its pool while it belongs to no agent. Foreign keys need one column for each.
alter table tasks
  add column pool_id uuid,
  add column assigned_role text,
  add column assigned_tags text[],
  add column agent_id uuid generated always as (nullif(assigned_to_agent_id, pool_id)) stored,
  drop constraint tasks_workspace_id_assigned_to_agent_id_fkey,
  add constraint tasks_agent foreign key (workspace_id, agent_id) references agents,
  add constraint tasks_pool_key foreign key (workspace_id, pool_id) references pools,
  add constraint tasks_pool check ((pool_id is null) = (assigned_role is null and assigned_tags is null)
    and (assigned_role is null or assigned_tags is null));

-- The gate of a pool counts the tasks of the pool that people run.
alter table gates
  add column pool_id uuid,
  add column owner_id uuid generated always as (nullif(agent_id, pool_id)) stored,
  drop constraint gates_workspace_id_agent_id_fkey,
  add constraint gates_agent foreign key (workspace_id, owner_id) references agents,
  add constraint gates_pool_key foreign key (workspace_id, pool_id) references pools,
  add constraint gates_pool check (pool_id = agent_id);

-- The pools with open tasks: a claim looks at these only.
create index tasks_pools on tasks (workspace_id, pool_id)
  where pool_id is not null and status in ('queued', 'running', 'blocked');
-- Tasks of pools that wait for the agent that had them.
create index tasks_kept on tasks (workspace_id, available_at)
  where status = 'queued' and pool_id <> assigned_to_agent_id;

-- As in 0026_sweep.sql, with the tasks that return to their pool.
create or replace function bailiwick_task_times_due() returns setof uuid
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
  ), kept(w) as (
    (select workspace_id from tasks where status = 'queued' and pool_id <> assigned_to_agent_id
      order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.status = 'queued' and t.pool_id <> t.assigned_to_agent_id
      and t.workspace_id > k.w order by t.workspace_id limit 1) from kept k where k.w is not null
  )
  select w from timed where exists (select from tasks t where t.workspace_id = w and t.due_at <= bailiwick_now()
    and t.overdue_at is null and t.status in ('queued', 'running', 'blocked'))
  union
  select w from guarded where w is not null
  union
  select w from kept where exists (select from tasks t where t.workspace_id = w and t.status = 'queued'
    and t.pool_id <> t.assigned_to_agent_id and t.available_at <= bailiwick_now() - interval '2 minutes')
$$;

-- As in 0016_statistics-again.sql: making indexes undoes what the planner was taught.
insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
insert into gates (workspace_id, agent_id, status) select workspace_id, id, 'active' from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth)
select workspace_id, id, 'Statistics', id, id, 0 from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
analyze agents;
analyze gates;
analyze tasks;
delete from tasks where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from gates where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';
