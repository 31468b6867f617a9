-- Costs that came when their task had no reservation any more.
alter table spend_caps add column late_nanos numeric(30) not null default 0;

-- Returns reservations of tasks that do not run. The trigger on tasks returns each at the commit, so there should be none.
create function bailiwick_free_reservations(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  stale record;
  gone spend_reservations;
  freed int := 0;
begin
  for stale in select r.workspace_id, r.task_id from spend_reservations r
    join tasks t on t.workspace_id = r.workspace_id and t.id = r.task_id where t.status <> 'running'
    order by r.workspace_id, r.task_id limit most
  loop
    perform from spend_caps c where c.workspace_id = stale.workspace_id order by c.id for no key update;
    delete from spend_reservations r using tasks t where r.workspace_id = stale.workspace_id and r.task_id = stale.task_id
      and t.workspace_id = r.workspace_id and t.id = r.task_id and t.status <> 'running' returning r.* into gone;
    if gone.task_id is null then continue; end if;
    freed := freed + 1;
    update spend_caps c set
      reserved_nanos = greatest(0, c.reserved_nanos - case when c.is_list then gone.left_list_nanos else gone.left_nanos end)
    where c.workspace_id = gone.workspace_id and (c.agent_id is null or c.agent_id = gone.agent_id);
  end loop;
  return freed;
end $$;
revoke all on function bailiwick_free_reservations(int) from public;
grant execute on function bailiwick_free_reservations(int) to bailiwick_app;

-- The last turn of each workspace whose policies time alone may cross. Processes share the workspaces.
create table risk_turns (
  workspace_id uuid primary key references workspaces,
  began_at timestamptz(3),
  -- Null while the turn lasts.
  ended_at timestamptz(3),
  -- The policy after which the next evaluation goes on, because the one before had no time for more.
  after_policy_id uuid
);
alter table risk_turns enable row level security;
create policy workspace on risk_turns using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on risk_turns to bailiwick_app;

-- The workspaces with due work, those first whose last turn was longest ago.
create function bailiwick_risk_turns_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select d.id from bailiwick_risk_work_due() as d(id) left join risk_turns t on t.workspace_id = d.id
  order by t.began_at nulls first, d.id
$$;

-- Takes the next turn of a workspace. Returns false when it had one just now, or when another process is at it. The turn of a
-- process that died ends after a minute.
create function bailiwick_take_risk_turn(the_workspace uuid) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with taken as (
    insert into risk_turns as t (workspace_id, began_at) values (the_workspace, bailiwick_now())
    on conflict (workspace_id) do update set began_at = excluded.began_at, ended_at = null
    where t.began_at is null
      or t.began_at < bailiwick_now() - case when t.ended_at is null then interval '60 seconds' else interval '20 seconds' end
    returning 1
  )
  select exists (select from taken)
$$;

create function bailiwick_end_risk_turn(the_workspace uuid) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update risk_turns set ended_at = bailiwick_now() where workspace_id = the_workspace
$$;
revoke all on function bailiwick_risk_turns_due(), bailiwick_take_risk_turn(uuid), bailiwick_end_risk_turn(uuid) from public;
grant execute on function bailiwick_risk_turns_due(), bailiwick_take_risk_turn(uuid), bailiwick_end_risk_turn(uuid) to bailiwick_app;
