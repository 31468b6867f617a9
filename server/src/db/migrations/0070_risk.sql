-- Risk policies and what followed when a policy was crossed.
create table risk_policies (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid,
  policy_type text not null check (policy_type in ('daily_spend_cap', 'error_rate_cap', 'token_rate_cap')),
  threshold_value double precision not null check (threshold_value >= 0),
  measure text not null check (measure in ('billed', 'list')),
  mode text not null check (mode in ('enforce', 'shadow')),
  window_minutes int not null check (window_minutes between 1 and 2880),
  action_type text not null check (action_type in ('alert_only', 'throttle', 'model_downgrade', 'pause_agent')),
  cooldown_minutes int not null check (cooldown_minutes >= 0),
  is_enabled boolean not null,
  block_unpriced boolean not null,
  revision int not null,
  -- A change of the threshold, the action or the mode begins a generation, which may fire at once.
  generation int not null,
  -- The last event of the generation that counts for the cooldown.
  fired_at timestamptz(3),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents
);
create unique index risk_policies_scope on risk_policies
  (workspace_id, coalesce(agent_id, '00000000-0000-0000-0000-000000000000'), policy_type, mode);
alter table risk_policies enable row level security;
create policy workspace on risk_policies using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on risk_policies to bailiwick_app;

-- An event outlives its policy.
create table risk_events (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  policy_id uuid not null,
  agent_id uuid,
  policy_type text not null,
  breach_value double precision not null,
  threshold_value double precision not null,
  action_type text not null,
  status text not null check (status in ('pending', 'executed', 'skipped', 'failed')),
  evaluated_at timestamptz(3) not null,
  executed_at timestamptz(3),
  undone_at timestamptz(3),
  result jsonb not null,
  primary key (workspace_id, id)
);
create index risk_events_policy on risk_events (workspace_id, policy_id, id);
create index risk_events_time on risk_events (evaluated_at);
alter table risk_events enable row level security;
create policy workspace on risk_events using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (status, executed_at, undone_at, result) on risk_events to bailiwick_app;

alter table risk_policies alter column workspace_id set (n_distinct = 1);
alter table risk_events alter column workspace_id set (n_distinct = 1);

-- The model that an intervention allows the agent; null for any. The risk event that paused the agent; null when somebody else did.
alter table gates
  add column allowed_model text check (length(allowed_model) <= 200),
  add column paused_by uuid;

create function bailiwick_forget_risk_events(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from risk_events where evaluated_at < bailiwick_now() - interval '190 days'
    order by evaluated_at limit most for update skip locked
  ), gone as (
    delete from risk_events e using old where e.workspace_id = old.workspace_id and e.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_risk_events(int) from public;
grant execute on function bailiwick_forget_risk_events(int) to bailiwick_app;

-- The workspaces with a policy that time alone may cross: a rate whose cooldown is over while it is above its threshold.
create function bailiwick_risk_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct p.workspace_id from risk_policies p
  where p.is_enabled and p.policy_type <> 'daily_spend_cap'
    and (p.fired_at is null or p.fired_at + make_interval(mins => p.cooldown_minutes) <= bailiwick_now())
    and exists (select from obs_counters c where c.workspace_id = p.workspace_id and c.grain = 'minute'
      and (p.agent_id is null or c.agent_id = p.agent_id)
      and c.at > bailiwick_now() - make_interval(mins => p.window_minutes))
$$;
revoke all on function bailiwick_risk_work_due() from public;
grant execute on function bailiwick_risk_work_due() to bailiwick_app;
