-- Alert rules over the sums of telemetry, and the alerts that fired. A rule is evaluated under its lock, so that each
-- firing is one alert, also with several servers.
create table alert_rules (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  rule_type text not null check (rule_type in ('cost_per_day', 'error_rate', 'no_heartbeat')),
  threshold double precision not null check (threshold >= 0),
  warning_threshold double precision check (warning_threshold >= 0 and warning_threshold < threshold),
  window_minutes int not null check (window_minutes > 0),
  cooldown_minutes int not null check (cooldown_minutes >= 0),
  is_enabled boolean not null,
  agent_id uuid,
  no_data text not null check (no_data in ('ignore', 'fire')),
  muted_until timestamptz(3),
  -- The level of the open alert.
  level text check (level in ('warning', 'alert')),
  open_event_id uuid,
  last_triggered_at timestamptz(3),
  look_at timestamptz(3) not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check ((level is null) = (open_event_id is null))
);
create index alert_rules_due on alert_rules (look_at) where is_enabled;
alter table alert_rules enable row level security;
create policy workspace on alert_rules using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on alert_rules to bailiwick_app;

-- An alert outlives its rule.
create table alert_events (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  rule_id uuid not null,
  rule_name text not null,
  rule_type text not null,
  agent_id uuid,
  level text not null check (level in ('warning', 'alert')),
  metric_value double precision,
  threshold_value double precision not null,
  message text not null check (length(message) <= 2000),
  agent_ids uuid[] not null,
  triggered_at timestamptz(3) not null,
  acknowledged_at timestamptz(3),
  acknowledged_by_user_id uuid,
  resolved_at timestamptz(3),
  primary key (workspace_id, id),
  check ((acknowledged_at is null) = (acknowledged_by_user_id is null))
);
create index alert_events_open on alert_events (workspace_id, id) where acknowledged_at is null;
create index alert_events_time on alert_events (triggered_at);
alter table alert_events enable row level security;
create policy workspace on alert_events using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (acknowledged_at, acknowledged_by_user_id, resolved_at) on alert_events to bailiwick_app;

-- The last events that the rules of a workspace were evaluated after.
create table alert_looks (
  workspace_id uuid not null references workspaces,
  seen_seq bigint not null,
  looked_at timestamptz(3) not null,
  primary key (workspace_id)
);
alter table alert_looks enable row level security;
create policy workspace on alert_looks using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on alert_looks to bailiwick_app;

alter table alert_rules alter column workspace_id set (n_distinct = 1);
alter table alert_events alter column workspace_id set (n_distinct = 1);

-- The number of the newest fact that changes sums.
create function bailiwick_newest_usage(the_workspace uuid) returns bigint
language sql stable set search_path = pg_catalog, public, pg_temp as $$
  select greatest(
    coalesce((select f.seq from facts f where f.workspace_id = the_workspace and f.type = 'events.ingested' order by f.seq desc limit 1), 0),
    coalesce((select f.seq from facts f where f.workspace_id = the_workspace and f.type = 'run.finished' order by f.seq desc limit 1), 0))
$$;

-- The workspaces whose rules are to be evaluated: the time of a rule has come, or new events came, at most every 5 s.
create function bailiwick_alert_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct r.workspace_id from alert_rules r where r.is_enabled and r.look_at <= bailiwick_now()
  union
  select l.workspace_id from alert_looks l
  where l.looked_at <= bailiwick_now() - interval '5 s'
    and exists (select from alert_rules r where r.workspace_id = l.workspace_id and r.is_enabled)
    and bailiwick_newest_usage(l.workspace_id) > l.seen_seq
$$;
revoke all on function bailiwick_alert_work_due() from public;
grant execute on function bailiwick_alert_work_due() to bailiwick_app;

create function bailiwick_forget_alerts(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from alert_events where triggered_at < bailiwick_now() - interval '190 days'
    order by triggered_at limit most for update skip locked
  ), gone as (
    delete from alert_events e using old where e.workspace_id = old.workspace_id and e.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_alerts(int) from public;
grant execute on function bailiwick_forget_alerts(int) to bailiwick_app;
