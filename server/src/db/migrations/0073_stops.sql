-- Stops: who stopped what, and which parts are still in force.
create table stops (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  scope text not null check (scope in ('agent', 'tree', 'workspace')),
  agent_id uuid,
  root_task_id uuid,
  what text[] not null check (what <@ array['starts', 'running', 'actions', 'keys'] and cardinality(what) > 0),
  -- The parts that nobody has lifted.
  in_force text[] not null check (in_force <@ what),
  reason text not null check (length(reason) between 1 and 2000),
  drill boolean not null,
  by_kind text not null check (by_kind in ('user', 'agent', 'service', 'system')),
  by_id text not null,
  -- The tasks of the scope at the time of the stop.
  running_count int not null check (running_count >= 0),
  waiting_count int not null check (waiting_count >= 0),
  -- The time at which the last attempt had ended.
  confirmed_at timestamptz(3),
  lifts jsonb not null default '[]',
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  foreign key (workspace_id, root_task_id) references tasks,
  check ((scope = 'agent') = (agent_id is not null)),
  check ((scope = 'tree') = (root_task_id is not null)),
  check (scope <> 'tree' or not 'keys' = any(what)),
  check ((ended_at is null) = (cardinality(in_force) > 0)),
  check (not drill or ended_at is not null)
);
create index stops_in_force on stops (workspace_id, id) where ended_at is null;
create index stops_ended on stops (ended_at) where ended_at is not null;
alter table stops enable row level security;
create policy workspace on stops using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (in_force, confirmed_at, lifts, ended_at) on stops to bailiwick_app;
alter table stops alter column workspace_id set (n_distinct = 1);

-- The attempts that ran when a stop of running work began.
create table stop_tasks (
  workspace_id uuid not null,
  stop_id uuid not null,
  task_id uuid not null,
  agent_id uuid not null,
  fence int not null,
  -- The first heartbeat that got the request to stop.
  heard_at timestamptz(3),
  -- The end of the attempt: a step of its holder, a step of a person, or the end of the lease.
  confirmed_at timestamptz(3),
  primary key (workspace_id, stop_id, task_id),
  foreign key (workspace_id, stop_id) references stops on delete cascade,
  foreign key (workspace_id, task_id) references tasks
);
create index stop_tasks_task on stop_tasks (workspace_id, task_id);
alter table stop_tasks enable row level security;
create policy workspace on stop_tasks using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (heard_at, confirmed_at) on stop_tasks to bailiwick_app;
alter table stop_tasks alter column workspace_id set (n_distinct = 1);

-- The fence of an attempt that a stop asked to end. Every start gives a greater fence, so nothing has to clear the column.
alter table tasks add column stop_fence int;

create function bailiwick_confirm_stop() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  update stop_tasks set confirmed_at = bailiwick_now()
  where workspace_id = old.workspace_id and task_id = old.id and fence = old.fence and confirmed_at is null;
  return null;
end $$;

create trigger stop_confirmed after update of status, fence on tasks for each row
  when (old.stop_fence = old.fence and old.status = 'running' and (new.status <> 'running' or new.fence <> old.fence))
  execute function bailiwick_confirm_stop();

-- The oldest stop in force that forbids the starts of the agent or pool.
alter table gates add column stop_id uuid;

create or replace function gate_refusal(gate gates, at timestamptz, starts int default 1) returns text
language sql immutable parallel safe as $$
  select case
    when gate.status = 'paused' then 'agent_paused'
    when gate.status <> 'active' then 'agent_archived'
    when gate.stop_id is not null then 'stopped'
    when gate.running + starts > gate.running_max then 'at_limit'
    when gate.throttle_per_minute is not null and gate_tokens(gate, at) < starts then 'throttled'
  end
$$;

-- The oldest stop in force that forbids the use of an agent's key. A key of an agent may have the scope `stop`.
alter table api_keys
  add column stop_id uuid,
  add constraint api_keys_stopped check (stop_id is null or kind = 'agent'),
  drop constraint api_keys_check1,
  add constraint api_keys_scopes check (case kind when 'service' then cardinality(scopes) > 0 else scopes <@ array['stop'] end);
grant select (stop_id), update (stop_id) on api_keys to bailiwick_app;

drop function find_key;
create function find_key(the_hash text)
returns table (workspace_id uuid, id uuid, kind text, agent_id uuid, scopes text[], expires_at timestamptz,
  last_used_at timestamptz, responsible_role text, is_stopped boolean)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select k.workspace_id, k.id, k.kind, k.agent_id, k.scopes,
    case when k.key_hash = the_hash then k.expires_at else k.previous_expires_at end, k.last_used_at, m.role,
    k.stop_id is not null
  from api_keys k
    join members m on m.workspace_id = k.workspace_id and m.user_id = k.responsible_user_id and m.ended_at is null
  where k.revoked_at is null
    and (k.key_hash = the_hash and (k.expires_at is null or k.expires_at > bailiwick_now())
      or k.previous_hash = the_hash and k.previous_expires_at > bailiwick_now())
$$;
revoke all on function find_key from public;
grant execute on function find_key to bailiwick_app;

-- The workspaces with a stop whose last attempt has ended.
create function bailiwick_stops_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct s.workspace_id from stops s
  where s.ended_at is null and s.confirmed_at is null and 'running' = any(s.in_force)
    and not exists (select from stop_tasks t
      where t.workspace_id = s.workspace_id and t.stop_id = s.id and t.confirmed_at is null)
$$;
revoke all on function bailiwick_stops_due() from public;
grant execute on function bailiwick_stops_due() to bailiwick_app;

create function bailiwick_forget_stops(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from stops where ended_at < bailiwick_now() - interval '190 days'
    order by ended_at limit most for update skip locked
  ), gone as (
    delete from stops s using old where s.workspace_id = old.workspace_id and s.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_stops(int) from public;
grant execute on function bailiwick_forget_stops(int) to bailiwick_app;
