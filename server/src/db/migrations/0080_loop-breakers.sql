-- Loop breakers: risk policies on repeated tool calls, on cost without progress, and on attempts without a result.
alter table risk_policies drop constraint risk_policies_policy_type_check, add constraint risk_policies_policy_type_check
  check (policy_type in ('daily_spend_cap', 'error_rate_cap', 'token_rate_cap', 'repeated_tool_calls', 'cost_without_progress',
    'restarts_without_result'));

-- The last progress that the holder reported.
alter table tasks add column progressed_at timestamptz(3);

-- The work of an agent on a task, or on a run without a task, as loop breakers see it. A row without news is deleted.
create table risk_loops (
  workspace_id uuid not null references workspaces,
  -- The task or the run.
  subject_id uuid not null,
  agent_id uuid not null,
  -- The attempt and its last progress that the spent amounts are counted from.
  fence int,
  progressed_at timestamptz(3),
  spent_nanos numeric(30) not null default 0 check (spent_nanos >= 0),
  spent_list_nanos numeric(30) not null default 0 check (spent_list_nanos >= 0),
  -- The latest different tool calls, with their number in each minute.
  calls jsonb not null default '[]',
  -- The last firing of each policy.
  fired jsonb not null default '{}',
  -- A call was reported outside of telemetry, and the job has to look at it.
  is_due boolean not null default false,
  -- The day (UTC) of the last change. A time would be a new entry of the index with each change.
  changed_on date not null,
  primary key (workspace_id, subject_id, agent_id),
  foreign key (workspace_id, agent_id) references agents
) with (fillfactor = 60);
create index risk_loops_due on risk_loops (workspace_id, subject_id, agent_id) where is_due;
create index risk_loops_age on risk_loops (changed_on);
alter table risk_loops enable row level security;
create policy workspace on risk_loops using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on risk_loops to bailiwick_app;
alter table risk_loops alter column workspace_id set (n_distinct = 1);

-- The attempts of a task that ended one after the other without a result.
create table risk_restarts (
  workspace_id uuid not null,
  task_id uuid not null,
  -- The holder of the last one.
  agent_id uuid not null,
  restarts int not null check (restarts >= 0),
  fired jsonb not null default '{}',
  is_due boolean not null,
  changed_on date not null,
  primary key (workspace_id, task_id),
  foreign key (workspace_id, task_id) references tasks
);
create index risk_restarts_due on risk_restarts (workspace_id, task_id) where is_due;
create index risk_restarts_age on risk_restarts (changed_on);
alter table risk_restarts enable row level security;
create policy workspace on risk_restarts using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on risk_restarts to bailiwick_app;
alter table risk_restarts alter column workspace_id set (n_distinct = 1);

-- Counts an attempt that went back into its queue. A question and a wait for children are results. A task that somebody gave to
-- another agent begins again. The end by a stop and the refusal by a model provider say nothing of the work.
create function bailiwick_count_restart() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.status <> 'queued' or (new.pool_id is null and new.assigned_to_agent_id <> old.assigned_to_agent_id) then
    update risk_restarts set restarts = 0, is_due = false where workspace_id = old.workspace_id and task_id = old.id and restarts > 0;
    return null;
  end if;
  if old.stop_fence = old.fence or exists (select from gates g where g.workspace_id = old.workspace_id
    and g.agent_id = old.assigned_to_agent_id and g.parked_at >= old.attempt_started_at) then return null; end if;
  insert into risk_restarts as r (workspace_id, task_id, agent_id, restarts, is_due, changed_on)
  values (old.workspace_id, old.id, old.assigned_to_agent_id, 1, false, (bailiwick_now() at time zone 'UTC')::date)
  on conflict (workspace_id, task_id) do update set agent_id = excluded.agent_id, restarts = r.restarts + 1,
    is_due = true, changed_on = excluded.changed_on;
  return null;
end $$;

-- An attempt that completes its task runs no trigger.
create trigger restart_counted after update of status on tasks for each row
  when (old.status = 'running' and new.status in ('queued', 'blocked'))
  execute function bailiwick_count_restart();

create function bailiwick_forget_loops(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, subject_id, agent_id from risk_loops
    where changed_on < (bailiwick_now() at time zone 'UTC')::date - 2 limit most for update skip locked
  ), gone as (
    delete from risk_loops l using old o
    where l.workspace_id = o.workspace_id and l.subject_id = o.subject_id and l.agent_id = o.agent_id returning 1
  )
  select count(*)::int from gone
$$;
-- The longest wait before an attempt is a minute, but a task may wait for days behind others.
create function bailiwick_forget_restarts(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, task_id from risk_restarts
    where changed_on < (bailiwick_now() at time zone 'UTC')::date - 8 limit most for update skip locked
  ), gone as (
    delete from risk_restarts r using old o where r.workspace_id = o.workspace_id and r.task_id = o.task_id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_loops(int), bailiwick_forget_restarts(int) from public;
grant execute on function bailiwick_forget_loops(int), bailiwick_forget_restarts(int) to bailiwick_app;

-- The workspaces whose loops changed outside of telemetry.
create function bailiwick_loops_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select workspace_id from risk_loops where is_due union select workspace_id from risk_restarts where is_due
$$;
revoke all on function bailiwick_loops_due() from public;
grant execute on function bailiwick_loops_due() to bailiwick_app;

-- Only a rate may be crossed by time alone.
create or replace function bailiwick_risk_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct p.workspace_id from risk_policies p
  where p.is_enabled and p.policy_type in ('error_rate_cap', 'token_rate_cap')
    and (p.fired_at is null or p.fired_at + make_interval(mins => p.cooldown_minutes) <= bailiwick_now())
    and exists (select from obs_counters c where c.workspace_id = p.workspace_id and c.grain = 'minute'
      and (p.agent_id is null or c.agent_id = p.agent_id)
      and c.at > bailiwick_now() - make_interval(mins => p.window_minutes))
$$;

-- A stop of keys changes what a key may do, so it runs alone in its workspace too.
drop trigger api_keys_powers on api_keys;
create trigger api_keys_powers before update of key_hash, previous_hash, previous_expires_at, expires_at, revoked_at,
    scopes, responsible_user_id, stop_id
  on api_keys for each row execute function bailiwick_require_alone();
