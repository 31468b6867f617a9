-- Two batches may be the first of a day. The one that waited looks in the catalog with a new snapshot: the cache of
-- names, which to_regclass reads, may still say that there is no table.
create or replace function bailiwick_make_event_day(of_day date) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  name text := 'obs_events_' || to_char(of_day, 'YYYYMMDD');
begin
  if to_regclass('public.' || name) is not null then return false; end if;
  perform pg_advisory_xact_lock(hashtext('bailiwick_make_event_day'));
  if exists (select from pg_class where relname = name and relnamespace = 'public'::regnamespace) then return false; end if;
  execute format('create table public.%I (like public.obs_events including all)', name);
  execute format('alter table public.%I enable row level security', name);
  execute format('create policy workspace on public.%I using (workspace_id = (select bailiwick_workspace()))', name);
  execute format('alter table public.obs_events attach partition public.%I for values from (%L) to (%L)', name,
    bailiwick_first_event_id(of_day::timestamp at time zone 'UTC'),
    bailiwick_first_event_id((of_day + 1)::timestamp at time zone 'UTC'));
  return true;
end $$;

-- To drop a day, PostgreSQL locks all days, and every batch waits behind that lock. So the drop waits for a reader, such
-- as a backup, only a moment, and a later round tries again.
create or replace function bailiwick_keep_event_days(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := (bailiwick_now() at time zone 'UTC')::date;
  old date;
begin
  perform bailiwick_make_event_day(today + n) from generate_series(0, 3) n;
  select min(d) into old from bailiwick_event_days() d where d < today - 190;
  if old is null or most < 1 then return 0; end if;
  perform set_config('lock_timeout', '1s', true);
  begin
    execute format('drop table public.%I', 'obs_events_' || to_char(old, 'YYYYMMDD'));
  exception when lock_not_available then
    return 0;
  end;
  return 1;
end $$;

-- Rows that a batch holds, or another process deletes, are left for the next round. So no deletion waits in the order of
-- its index for a batch that takes its locks in another order.
create or replace function bailiwick_forget_event_keys(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, key_hash from obs_keys
    where event_id < bailiwick_first_event_id(bailiwick_now() - interval '8 days')
    order by event_id limit most for update skip locked
  ), gone as (
    delete from obs_keys k using old where k.workspace_id = old.workspace_id and k.key_hash = old.key_hash returning 1
  )
  select count(*)::int from gone
$$;

create or replace function bailiwick_forget_usage_hours(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, grain, at, agent_id, provider, model from obs_usage
    where grain = 'hour' and at < bailiwick_now() - interval '35 days'
    order by at limit most for update skip locked
  ), gone as (
    delete from obs_usage u using old where (u.workspace_id, u.grain, u.at, u.agent_id, u.provider, u.model)
      = (old.workspace_id, old.grain, old.at, old.agent_id, old.provider, old.model) returning 1
  )
  select count(*)::int from gone
$$;
