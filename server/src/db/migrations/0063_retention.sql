-- Keeps telemetry as long as the tier or the workspace says, reads no more days than needed, and keeps latencies short.

-- The retention of a workspace: the days that it wants at least, and how far its old telemetry is deleted. A workspace without
-- a row has deleted nothing.
create table obs_retention (
  workspace_id uuid primary key references workspaces,
  -- Null: the tier decides. Events are dropped after 190 days in any case.
  floor_days int check (floor_days between 1 and 185),
  -- The events of all days before are deleted.
  events_before date,
  -- Deleted since the last fact about it.
  rows_gone bigint not null default 0 check (rows_gone >= 0),
  bytes_gone bigint not null default 0 check (bytes_gone >= 0),
  -- The end of the last complete round.
  swept_at timestamptz(3)
);
alter table obs_retention enable row level security;
create policy workspace on obs_retention using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on obs_retention to bailiwick_app;

-- The first and the last event of a run. An id begins with its time, so a read of the run opens only the days between.
alter table obs_runs add column first_event_id uuid, add column last_event_id uuid;
update obs_runs r set first_event_id = e.first, last_event_id = e.last
from (select workspace_id, run_id, min(id::text)::uuid as first, max(id::text)::uuid as last from obs_events
  where run_id is not null group by 1, 2) e
where r.workspace_id = e.workspace_id and r.run_id = e.run_id;

-- The latencies of many batches become one row: each value with its count. A row without counts has each value once.
alter table obs_latencies add column counts int[] check (cardinality(counts) = cardinality(latencies_ms)),
  -- The number of merges that made the row; 9 is the row of a day that is over.
  add column level smallint not null default 0 check (level between 0 and 9);
create index obs_latencies_loose on obs_latencies (workspace_id, agent_id, day, level) where level < 9;

-- Merges the rows of up to `most` agents and days. 64 rows of a level become one of the next, so each value is written a few
-- times only. A day that is over becomes one row. Returns the number of merged groups. Rows of a batch that is not committed,
-- and rows that another process merges, are left for later.
create function bailiwick_merge_latencies(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  present date := (bailiwick_now() at time zone 'UTC')::date - 1;
  part record;
  merged int := 0;
begin
  for part in
    select workspace_id, agent_id, day, case when day < present then 9 else least(level + 1, 8) end as into_level,
      case when day < present then -1 else level end as of_level
    from obs_latencies where level < 9
    group by 1, 2, 3, 4, 5
    having count(*) >= case when day < present then 2 else 64 end
    limit most
  loop
    with old as (
      select event_id from obs_latencies l
      where l.workspace_id = part.workspace_id and l.agent_id = part.agent_id and l.day = part.day
        and part.of_level in (-1, l.level)
      order by event_id limit 2000 for update skip locked
    ), gone as (
      delete from obs_latencies l using old
      where l.workspace_id = part.workspace_id and l.agent_id = part.agent_id and l.day = part.day
        and l.event_id = old.event_id
      returning l.event_id, l.latencies_ms, l.counts
    ), values_of as (
      select v.ms, sum(coalesce(v.calls, 1))::int as calls
      from gone cross join lateral unnest(gone.latencies_ms, gone.counts) as v(ms, calls) group by v.ms
    )
    insert into obs_latencies (workspace_id, agent_id, day, event_id, latencies_ms, counts, level)
    select part.workspace_id, part.agent_id, part.day, (select min(event_id::text)::uuid from gone),
      array_agg(ms order by ms), array_agg(calls order by ms), part.into_level
    from values_of having count(*) > 0;
    merged := merged + 1;
  end loop;
  return merged;
end $$;

-- The workspaces whose old telemetry was not looked for in the last hour.
create function bailiwick_retention_due() returns setof uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into obs_retention (workspace_id)
  select w.workspace_id from workspaces w
  where exists (select from obs_counters c where c.workspace_id = w.workspace_id and c.grain = 'day')
    and not exists (select from obs_retention r where r.workspace_id = w.workspace_id)
  order by 1
  on conflict do nothing;
  return query select workspace_id from obs_retention
    where swept_at is null or swept_at < bailiwick_now() - interval '55 minutes' order by swept_at nulls first;
end $$;

-- Deletes up to `most` rows of telemetry of the present workspace that are older than `first`, and adds them to its counts.
-- Returns true when nothing older is left; rows that a batch of events holds are left for the next round. Returns null when
-- another process does this work or has done it.
-- A plan without statistics would sort all events of a day for each part.
create function bailiwick_forget_telemetry(first date, most int) returns boolean
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

  select count(*), coalesce(sum(f.size), 0) into n, size from bailiwick_fold_task_costs(ws, first, (most - n_all)::int) f;
  n_all := n_all + n; size_all := size_all + size;

  update obs_retention set events_before = known.events_before, rows_gone = rows_gone + n_all,
    bytes_gone = bytes_gone + size_all
  where workspace_id = ws;
  return n_all < most;
end $$;

-- The days of a task before `first` become one day, so that the cost of a task and of its tree stays known.
create function bailiwick_fold_task_costs(ws uuid, first date, most int) returns table (size int)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select task_id, day from obs_task_costs where workspace_id = ws and day < first and day > '0001-01-01'
    order by day, task_id limit most for update skip locked
  ), gone as (
    delete from obs_task_costs c using old where c.workspace_id = ws and c.task_id = old.task_id and c.day = old.day
    returning c.*, pg_column_size(c) as row_size
  ), kept as (
    insert into obs_task_costs as t (workspace_id, task_id, day, is_root, own_calls, own_unpriced_calls, own_tokens_in,
      own_tokens_out, own_cost_nanos, own_list_cost_nanos, calls, unpriced_calls, tokens_in, tokens_out, cost_nanos,
      list_cost_nanos)
    select ws, task_id, '0001-01-01'::date, bool_or(is_root), sum(own_calls), sum(own_unpriced_calls), sum(own_tokens_in),
      sum(own_tokens_out), sum(own_cost_nanos), sum(own_list_cost_nanos), sum(calls), sum(unpriced_calls), sum(tokens_in),
      sum(tokens_out), sum(cost_nanos), sum(list_cost_nanos)
    from gone group by task_id
    on conflict (workspace_id, task_id, day) do update set own_calls = t.own_calls + excluded.own_calls,
      own_unpriced_calls = t.own_unpriced_calls + excluded.own_unpriced_calls,
      own_tokens_in = t.own_tokens_in + excluded.own_tokens_in, own_tokens_out = t.own_tokens_out + excluded.own_tokens_out,
      own_cost_nanos = t.own_cost_nanos + excluded.own_cost_nanos,
      own_list_cost_nanos = t.own_list_cost_nanos + excluded.own_list_cost_nanos, calls = t.calls + excluded.calls,
      unpriced_calls = t.unpriced_calls + excluded.unpriced_calls, tokens_in = t.tokens_in + excluded.tokens_in,
      tokens_out = t.tokens_out + excluded.tokens_out, cost_nanos = t.cost_nanos + excluded.cost_nanos,
      list_cost_nanos = t.list_cost_nanos + excluded.list_cost_nanos
  )
  select row_size from gone
$$;

-- A day that no workspace needs any more is dropped as a whole, which gives its disk space back.
create or replace function bailiwick_keep_event_days(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := (bailiwick_now() at time zone 'UTC')::date;
  old date;
  is_empty boolean;
begin
  perform bailiwick_make_event_day(today + n) from generate_series(0, 3) n;
  select min(d) into old from bailiwick_event_days() d;
  if old is null or old >= today - 1 or most < 1 then return 0; end if;
  perform set_config('lock_timeout', '1s', true);
  if old >= today - 190 then
    if old >= (select min(coalesce(events_before, '0001-01-01')) from obs_retention) then return 0; end if;
    execute format('select not exists (select from public.%I)', 'obs_events_' || to_char(old, 'YYYYMMDD')) into is_empty;
    if not is_empty then return 0; end if;
  end if;
  begin
    execute format('drop table public.%I', 'obs_events_' || to_char(old, 'YYYYMMDD'));
  exception when lock_not_available then
    return 0;
  end;
  return 1;
end $$;

revoke all on function bailiwick_merge_latencies(int), bailiwick_retention_due(), bailiwick_forget_telemetry(date, int),
  bailiwick_fold_task_costs(uuid, date, int) from public;
grant execute on function bailiwick_merge_latencies(int), bailiwick_retention_due(), bailiwick_forget_telemetry(date, int)
  to bailiwick_app;
