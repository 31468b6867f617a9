-- Telemetry of agents: events, and sums that each batch of events keeps in its own transaction.
-- The events of steps of tasks are read from their facts, so no row is lost with the old table.
drop table obs_events;

-- The id of an event begins with the time of its arrival, so the id also names the day and its partition. A read in the
-- order of ids opens one day after the other, and a day is dropped as a whole.
create table obs_events (
  workspace_id uuid not null,
  id uuid not null,
  occurred_at timestamptz(3) not null,
  agent_id uuid not null,
  run_id uuid,
  task_id uuid,
  event_type text not null,
  status text not null check (status in ('success', 'error', 'info')),
  provider text,
  model text,
  tokens_in bigint check (tokens_in >= 0),
  tokens_out bigint check (tokens_out >= 0),
  tokens_cached bigint check (tokens_cached >= 0),
  tokens_cache_write bigint check (tokens_cache_write >= 0),
  tokens_cache_write_1h bigint check (tokens_cache_write_1h >= 0),
  tokens_reasoning bigint check (tokens_reasoning >= 0),
  web_searches int check (web_searches >= 0),
  service_tier text,
  billing_mode text not null check (billing_mode in ('metered', 'subscription', 'included', 'local')),
  -- Null is unknown, or an event that costs nothing by its kind. Unknown is never 0.
  cost_nanos bigint check (cost_nanos >= 0),
  list_cost_nanos bigint check (list_cost_nanos >= 0),
  cost_source text check (cost_source in ('reported', 'derived', 'partial', 'unpriced')),
  price_source text,
  unpriced_classes text[],
  latency_ms int check (latency_ms >= 0),
  payload jsonb not null,
  source text not null check (source in ('api', 'otlp', 'gateway')),
  primary key (workspace_id, id),
  check (tokens_cached + tokens_cache_write <= tokens_in),
  check (tokens_cache_write_1h <= tokens_cache_write),
  check (tokens_reasoning <= tokens_out)
) partition by range (id);
create index obs_events_agent on obs_events (workspace_id, agent_id, id);
create index obs_events_type on obs_events (workspace_id, event_type, id);
create index obs_events_task on obs_events (workspace_id, task_id, id) where task_id is not null;
create index obs_events_run on obs_events (workspace_id, run_id, id) where run_id is not null;

-- An event with a key counts once in its workspace, on any day.
create table obs_keys (
  workspace_id uuid not null,
  key_hash bytea not null check (octet_length(key_hash) = 16),
  event_id uuid not null,
  primary key (workspace_id, key_hash)
);
create index obs_keys_age on obs_keys (event_id);

-- The sums of the events of an hour or a day (UTC). An empty text stands for an unknown provider or model, because null is
-- not equal to null.
create table obs_usage (
  workspace_id uuid not null,
  grain text not null check (grain in ('hour', 'day')),
  at timestamptz(0) not null,
  agent_id uuid not null,
  provider text not null,
  model text not null,
  events bigint not null,
  errors bigint not null,
  llm_calls bigint not null,
  tool_calls bigint not null,
  tool_errors bigint not null,
  runs bigint not null,
  runs_successful bigint not null,
  runs_failed bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  tokens_cached bigint not null,
  tokens_cache_write bigint not null,
  tokens_reasoning bigint not null,
  cost_nanos numeric(30) not null,
  list_cost_nanos numeric(30) not null,
  unpriced_calls bigint not null,
  partial_calls bigint not null,
  latency_calls bigint not null,
  latency_sum_ms bigint not null,
  last_event_at timestamptz(3) not null,
  last_heartbeat_at timestamptz(3),
  primary key (workspace_id, grain, at, agent_id, provider, model)
);
create index obs_usage_agent on obs_usage (workspace_id, agent_id, at) where grain = 'day';

-- The latencies of the calls of models, one row for each batch, agent and day. Percentiles are exact.
create table obs_latencies (
  workspace_id uuid not null,
  agent_id uuid not null,
  day date not null,
  -- The first event of the row.
  event_id uuid not null,
  latencies_ms int[] not null,
  primary key (workspace_id, agent_id, day, event_id)
);

-- The cost of a task on a day: its own, and that of the task and all tasks below it.
create table obs_task_costs (
  workspace_id uuid not null,
  task_id uuid not null,
  day date not null,
  is_root boolean not null,
  own_calls bigint not null,
  own_unpriced_calls bigint not null,
  own_tokens_in bigint not null,
  own_tokens_out bigint not null,
  own_cost_nanos numeric(30) not null,
  own_list_cost_nanos numeric(30) not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  cost_nanos numeric(30) not null,
  list_cost_nanos numeric(30) not null,
  primary key (workspace_id, task_id, day)
);
create index obs_task_costs_day on obs_task_costs (workspace_id, day, task_id);

-- A run of an agent, with the sums of its events. An event that names an unknown run begins it.
create table obs_runs (
  workspace_id uuid not null,
  run_id uuid not null,
  agent_id uuid not null,
  task_id uuid,
  model text,
  status text not null check (status in ('running', 'success', 'error')),
  error_message text,
  metadata jsonb not null,
  started_at timestamptz(3) not null,
  finished_at timestamptz(3),
  last_event_at timestamptz(3) not null,
  events bigint not null,
  errors bigint not null,
  llm_calls bigint not null,
  tool_calls bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  cost_nanos numeric(30) not null,
  list_cost_nanos numeric(30) not null,
  unpriced_calls bigint not null,
  latency_sum_ms bigint not null,
  primary key (workspace_id, run_id),
  check ((status = 'running') = (finished_at is null))
);
create index obs_runs_agent on obs_runs (workspace_id, agent_id, started_at, run_id);
create index obs_runs_time on obs_runs (workspace_id, started_at, run_id);
create index obs_runs_task on obs_runs (workspace_id, task_id, started_at, run_id) where task_id is not null;

alter table obs_events enable row level security;
create policy workspace on obs_events using (workspace_id = (select bailiwick_workspace()));
alter table obs_keys enable row level security;
create policy workspace on obs_keys using (workspace_id = (select bailiwick_workspace()));
alter table obs_usage enable row level security;
create policy workspace on obs_usage using (workspace_id = (select bailiwick_workspace()));
alter table obs_latencies enable row level security;
create policy workspace on obs_latencies using (workspace_id = (select bailiwick_workspace()));
alter table obs_task_costs enable row level security;
create policy workspace on obs_task_costs using (workspace_id = (select bailiwick_workspace()));
alter table obs_runs enable row level security;
create policy workspace on obs_runs using (workspace_id = (select bailiwick_workspace()));
grant select, insert on obs_events, obs_keys, obs_latencies to bailiwick_app;
grant select, insert, update on obs_usage, obs_task_costs, obs_runs to bailiwick_app;

-- The smallest id of an event at a time.
create function bailiwick_first_event_id(at timestamptz) returns uuid
language sql immutable parallel safe set search_path = pg_catalog, public, pg_temp as $$
  select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$$;

-- Makes the partition of a day (UTC) when it is missing. Returns true when it was made.
create function bailiwick_make_event_day(of_day date) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  name text := 'obs_events_' || to_char(of_day, 'YYYYMMDD');
begin
  if to_regclass('public.' || name) is not null then return false; end if;
  perform pg_advisory_xact_lock(hashtext('bailiwick_make_event_day'));
  if to_regclass('public.' || name) is not null then return false; end if;
  execute format('create table public.%I (like public.obs_events including all)', name);
  execute format('alter table public.%I enable row level security', name);
  execute format('create policy workspace on public.%I using (workspace_id = (select bailiwick_workspace()))', name);
  execute format('alter table public.obs_events attach partition public.%I for values from (%L) to (%L)', name,
    bailiwick_first_event_id(of_day::timestamp at time zone 'UTC'),
    bailiwick_first_event_id((of_day + 1)::timestamp at time zone 'UTC'));
  return true;
end $$;

-- The days that have a partition.
create function bailiwick_event_days() returns setof date
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select to_date(right(c.relname, 8), 'YYYYMMDD') from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.obs_events'::regclass order by 1
$$;

-- Makes the partitions of today and the next three days, and drops one that is older than any tier keeps. Returns the
-- number of dropped days.
create function bailiwick_keep_event_days(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  today date := (bailiwick_now() at time zone 'UTC')::date;
  old date;
begin
  perform bailiwick_make_event_day(today + n) from generate_series(0, 3) n;
  select min(d) into old from bailiwick_event_days() d where d < today - 190;
  if old is null or most < 1 then return 0; end if;
  execute format('drop table public.%I', 'obs_events_' || to_char(old, 'YYYYMMDD'));
  return 1;
end $$;
select bailiwick_make_event_day((now() at time zone 'UTC')::date + n) from generate_series(0, 3) n;

-- A repeated export comes within days.
create function bailiwick_forget_event_keys(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, key_hash from obs_keys
    where event_id < bailiwick_first_event_id(bailiwick_now() - interval '8 days') limit most
  ), gone as (
    delete from obs_keys k using old where k.workspace_id = old.workspace_id and k.key_hash = old.key_hash returning 1
  )
  select count(*)::int from gone
$$;

create function bailiwick_forget_usage_hours(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select ctid from obs_usage where grain = 'hour' and at < bailiwick_now() - interval '35 days' limit most
  ), gone as (
    delete from obs_usage u using old where u.ctid = old.ctid returning 1
  )
  select count(*)::int from gone
$$;
create index obs_usage_hours on obs_usage (at) where grain = 'hour';

revoke all on function bailiwick_first_event_id(timestamptz), bailiwick_make_event_day(date), bailiwick_event_days(),
  bailiwick_keep_event_days(int), bailiwick_forget_event_keys(int), bailiwick_forget_usage_hours(int) from public;
grant execute on function bailiwick_first_event_id(timestamptz), bailiwick_make_event_day(date), bailiwick_event_days(),
  bailiwick_keep_event_days(int), bailiwick_forget_event_keys(int), bailiwick_forget_usage_hours(int) to bailiwick_app;
