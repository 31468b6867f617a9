-- Old outcomes are deleted with the other telemetry, also in a workspace that sends only outcomes.
-- The workspaces whose old telemetry was not looked for in the last hour.
create or replace function bailiwick_retention_due() returns setof uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into obs_retention (workspace_id)
  select w.workspace_id from workspaces w
  where (exists (select from obs_counters c where c.workspace_id = w.workspace_id and c.grain = 'day')
      or exists (select from obs_outcomes o where o.workspace_id = w.workspace_id))
    and not exists (select from obs_retention r where r.workspace_id = w.workspace_id)
  order by 1
  on conflict do nothing;
  return query select workspace_id from obs_retention
    where swept_at is null or swept_at < bailiwick_now() - interval '55 minutes' order by swept_at nulls first;
end $$;

create or replace function bailiwick_forget_telemetry(first date, most int) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  ws uuid := bailiwick_workspace();
  start timestamptz := first::timestamp at time zone 'UTC';
  known obs_retention;
  found_day date;
  part text;
  n bigint;
  size bigint;
  n_all bigint := 0;
  size_all bigint := 0;
begin
  if most < 1 then raise 'The number of rows must be positive.'; end if;
  select * into known from obs_retention
  where workspace_id = ws and (swept_at is null or swept_at < bailiwick_now() - interval '55 minutes')
  for update skip locked;
  if not found then return null; end if;
  for found_day in
    select d from bailiwick_event_days() d where d < first and (known.events_before is null or d >= known.events_before)
  loop
    part := 'obs_events_' || to_char(found_day, 'YYYYMMDD');
    execute format('with old as (select id from public.%1$I where workspace_id = $1 order by id limit $2),
      gone as (delete from public.%1$I e using old where e.workspace_id = $1 and e.id = old.id
        returning pg_column_size(e) as size)
      select count(*), coalesce(sum(size), 0) from gone', part) into n, size using ws, most - n_all;
    n_all := n_all + n;
    size_all := size_all + size;
    exit when n_all >= most;
    known.events_before := found_day + 1;
  end loop;

  with old as (
    select run_id from obs_runs where workspace_id = ws and started_at < start and last_event_at < start
    order by started_at limit most - n_all for update skip locked
  ), gone as (
    delete from obs_runs r using old where r.workspace_id = ws and r.run_id = old.run_id returning pg_column_size(r) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select grain, at, agent_id, provider, model from obs_usage where workspace_id = ws and at < start
    order by grain, at limit most - n_all for update skip locked
  ), gone as (
    delete from obs_usage u using old where u.workspace_id = ws and (u.grain, u.at, u.agent_id, u.provider, u.model)
      = (old.grain, old.at, old.agent_id, old.provider, old.model) returning pg_column_size(u) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select grain, agent_id, at from obs_counters where workspace_id = ws and grain in ('day', 'minute') and at < start
    limit most - n_all for update skip locked
  ), gone as (
    delete from obs_counters c using old where c.workspace_id = ws and (c.grain, c.agent_id, c.at)
      = (old.grain, old.agent_id, old.at) returning pg_column_size(c) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select agent_id, day, event_id from obs_latencies where workspace_id = ws and day < first
    limit most - n_all for update skip locked
  ), gone as (
    delete from obs_latencies l using old where l.workspace_id = ws and (l.agent_id, l.day, l.event_id)
      = (old.agent_id, old.day, old.event_id) returning pg_column_size(l) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select day, agent_id, task_id from obs_outcomes where workspace_id = ws and day < first
    order by day limit most - n_all for update skip locked
  ), gone as (
    delete from obs_outcomes o using old where o.workspace_id = ws and (o.day, o.agent_id, o.task_id)
      = (old.day, old.agent_id, old.task_id) returning pg_column_size(o) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  select count(*), coalesce(sum(f.size), 0) into n, size from bailiwick_fold_task_costs(ws, first, (most - n_all)::int) f;
  n_all := n_all + n; size_all := size_all + size;

  update obs_retention set events_before = known.events_before, rows_gone = rows_gone + n_all,
    bytes_gone = bytes_gone + size_all
  where workspace_id = ws;
  return n_all < most;
end $$;
