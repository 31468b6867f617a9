-- The results of agents by day and task, from metrics and from events. The task of zeros stands for none.
create table obs_outcomes (
  workspace_id uuid not null,
  day date not null,
  agent_id uuid not null,
  task_id uuid not null,
  commits numeric(20, 3) not null,
  pull_requests numeric(20, 3) not null,
  lines_added numeric(20, 3) not null,
  lines_removed numeric(20, 3) not null,
  active_seconds numeric(20, 3) not null,
  primary key (workspace_id, day, agent_id, task_id)
);

-- The last point of each cumulative series: the next point counts with its difference.
create table obs_series (
  workspace_id uuid not null,
  series bytea not null check (octet_length(series) = 16),
  started_ms bigint not null,
  last_ms bigint not null,
  value numeric(30, 6) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, series)
);
create index obs_series_age on obs_series (updated_at);

-- The highest totals that a session of an agent reported: the next report counts with its difference.
create table obs_sessions (
  workspace_id uuid not null,
  agent_id uuid not null,
  session bytea not null check (octet_length(session) = 16),
  -- By the name of the field. Money is in nano-dollars.
  totals jsonb not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, agent_id, session)
);
create index obs_sessions_age on obs_sessions (updated_at);

alter table obs_outcomes enable row level security;
create policy workspace on obs_outcomes using (workspace_id = (select bailiwick_workspace()));
alter table obs_series enable row level security;
create policy workspace on obs_series using (workspace_id = (select bailiwick_workspace()));
alter table obs_sessions enable row level security;
create policy workspace on obs_sessions using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on obs_outcomes, obs_series, obs_sessions to bailiwick_app;

-- A session may be resumed after weeks. Rows that a batch holds are left for the next round.
create function bailiwick_forget_series(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, series from obs_series where updated_at < bailiwick_now() - interval '100 days'
    order by updated_at limit most for update skip locked
  ), gone as (
    delete from obs_series s using old where s.workspace_id = old.workspace_id and s.series = old.series returning 1
  )
  select count(*)::int from gone
$$;
create function bailiwick_forget_sessions(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, agent_id, session from obs_sessions where updated_at < bailiwick_now() - interval '180 days'
    order by updated_at limit most for update skip locked
  ), gone as (
    delete from obs_sessions s using old
    where (s.workspace_id, s.agent_id, s.session) = (old.workspace_id, old.agent_id, old.session) returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_series(int), bailiwick_forget_sessions(int) from public;
grant execute on function bailiwick_forget_series(int), bailiwick_forget_sessions(int) to bailiwick_app;
