-- Actions that agents propose on services outside. A person, a rule or a bypass approves them, and a job executes them.
create table agent_actions (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid not null,
  -- The key through which the agent proposed it.
  key_id uuid,
  action_type text not null check (length(action_type) between 1 and 200),
  service_type text not null check (length(service_type) between 1 and 50),
  connection_id uuid,
  task_id uuid,
  root_task_id uuid,
  holds_task boolean not null,
  payload jsonb not null check (jsonb_typeof(payload) = 'object'),
  payload_hash text not null check (payload_hash ~ '^sha256:[0-9a-f]{64}$'),
  -- The payload that the agent proposed, when a person changed it.
  proposed_payload jsonb,
  reasoning text check (length(reasoning) between 1 and 10000),
  confidence double precision check (confidence between 0 and 1),
  amount_nanos bigint check (amount_nanos > 0),
  status text not null check (status in ('pending', 'approved', 'executing', 'awaiting_verification', 'in_doubt',
    'executed', 'failed', 'rejected', 'expired', 'canceled')),
  -- A person approved it although its agent was paused or archived.
  is_confirmed boolean not null default false,
  rule_id uuid,
  bypass_id uuid,
  decided_by uuid,
  decided_at timestamptz(3),
  decision_reason text check (length(decision_reason) between 1 and 2000),
  -- All attempts, those since the last approval or retry, and the retries of people.
  attempts int not null default 0,
  tries int not null default 0,
  retries int not null default 0,
  attempt_log jsonb not null default '[]' check (jsonb_array_length(attempt_log) <= 20),
  -- Approved: the next attempt. Executing: the end of the lease. In doubt: the next look-up. Awaiting: the end of the challenge.
  due_at timestamptz(3),
  lookups int not null default 0,
  -- The same key twice has one effect, as of the last attempt.
  repeats_safely boolean not null default false,
  result jsonb,
  receipt jsonb,
  error_message text check (length(error_message) between 1 and 500),
  -- A stop holds it since then: it is not decided, not executed, and its time does not pass.
  held_since timestamptz(3),
  expires_at timestamptz(3) not null,
  executed_at timestamptz(3),
  finished_at timestamptz(3),
  created_at timestamptz(3) not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  foreign key (workspace_id, task_id) references tasks,
  check (not holds_task or task_id is not null),
  check ((task_id is null) = (root_task_id is null)),
  check ((status in ('pending', 'expired', 'canceled')) = (decided_at is null)),
  check (decided_by is null or decided_at is not null),
  check ((status in ('executed', 'failed', 'rejected', 'expired', 'canceled')) = (finished_at is not null)),
  check ((status = 'executed') = (executed_at is not null)),
  check (status not in ('approved', 'executing', 'awaiting_verification') or due_at is not null),
  check (due_at is null or status in ('approved', 'executing', 'awaiting_verification', 'in_doubt')),
  check (held_since is null or status in ('pending', 'approved'))
);
create index agent_actions_agent on agent_actions (workspace_id, agent_id, id);
create index agent_actions_task on agent_actions (workspace_id, task_id, id) where task_id is not null;
create index agent_actions_pending on agent_actions (workspace_id, id) where status = 'pending';
create index agent_actions_expiry on agent_actions (expires_at) where status = 'pending' and held_since is null;
create index agent_actions_due on agent_actions (workspace_id, due_at) where due_at is not null;
create index agent_actions_held on agent_actions (workspace_id, id) where status in ('pending', 'approved');
create index agent_actions_decided on agent_actions (workspace_id, decided_at) where decided_by is not null;
create index agent_actions_finished on agent_actions (finished_at) where finished_at is not null;
alter table agent_actions enable row level security;
create policy workspace on agent_actions using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on agent_actions to bailiwick_app;
alter table agent_actions alter column workspace_id set (n_distinct = 1);

-- Standing decisions of people about actions of one type.
create table action_rules (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  action_type text not null check (length(action_type) between 1 and 200),
  service_type text not null check (length(service_type) between 1 and 50),
  agent_id uuid,
  connection_id uuid,
  payload_schema jsonb,
  decision text not null check (decision in ('approve', 'reject')),
  max_per_day int check (max_per_day > 0),
  used_on date,
  used_today int not null default 0 check (used_today >= 0),
  uses int not null default 0,
  last_used_at timestamptz(3),
  created_by uuid not null,
  created_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_by uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check (decision = 'reject' or max_per_day is not null),
  check (ended_by is null or ended_at is not null)
);
create index action_rules_type on action_rules (workspace_id, action_type, service_type) where ended_at is null;
create index action_rules_expiry on action_rules (expires_at);
alter table action_rules enable row level security;
create policy workspace on action_rules using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on action_rules to bailiwick_app;
alter table action_rules alter column workspace_id set (n_distinct = 1);

-- A time in which actions are approved without a person.
create table action_bypasses (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid,
  reason text not null check (length(reason) between 1 and 2000),
  uses int not null default 0,
  started_by uuid not null,
  started_at timestamptz(3) not null,
  ends_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_by uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check (ends_at > started_at and ends_at <= started_at + interval '8 hours'),
  check (ended_by is null or ended_at is not null)
);
create index action_bypasses_open on action_bypasses (ends_at) where ended_at is null;
create index action_bypasses_ended on action_bypasses (ended_at) where ended_at is not null;
alter table action_bypasses enable row level security;
create policy workspace on action_bypasses using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on action_bypasses to bailiwick_app;
alter table action_bypasses alter column workspace_id set (n_distinct = 1);

-- Amounts of approved actions in the caps: reserved while `day` is null, then used on that day.
create table spend_amounts (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid not null,
  nanos numeric(30) not null check (nanos > 0),
  day date,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents
);
create index spend_amounts_agent on spend_amounts (workspace_id, agent_id);
create index spend_amounts_used on spend_amounts (day) where day is not null;
alter table spend_amounts enable row level security;
create policy workspace on spend_amounts using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on spend_amounts to bailiwick_app;
alter table spend_amounts alter column workspace_id set (n_distinct = 1);

-- The workspaces with an action to execute, to look up or to end now.
create function bailiwick_actions_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from agent_actions where due_at <= bailiwick_now() and held_since is null
$$;
revoke all on function bailiwick_actions_due() from public;
grant execute on function bailiwick_actions_due() to bailiwick_app;

-- The workspaces with an action or a bypass whose time is over.
create function bailiwick_actions_over() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select workspace_id from agent_actions where status = 'pending' and held_since is null and expires_at <= bailiwick_now()
  union
  select workspace_id from action_bypasses where ended_at is null and ends_at <= bailiwick_now()
$$;
revoke all on function bailiwick_actions_over() from public;
grant execute on function bailiwick_actions_over() to bailiwick_app;

create function bailiwick_forget_actions(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from agent_actions where finished_at < bailiwick_now() - interval '190 days'
    order by finished_at limit most for update skip locked
  ), gone as (
    delete from agent_actions a using old where a.workspace_id = old.workspace_id and a.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_actions(int) from public;
grant execute on function bailiwick_forget_actions(int) to bailiwick_app;

create function bailiwick_forget_action_rules(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from action_rules where expires_at < bailiwick_now() - interval '190 days'
    order by expires_at limit most for update skip locked
  ), gone as (
    delete from action_rules r using old where r.workspace_id = old.workspace_id and r.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_action_rules(int) from public;
grant execute on function bailiwick_forget_action_rules(int) to bailiwick_app;

create function bailiwick_forget_bypasses(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from action_bypasses where ended_at < bailiwick_now() - interval '190 days'
    order by ended_at limit most for update skip locked
  ), gone as (
    delete from action_bypasses b using old where b.workspace_id = old.workspace_id and b.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_bypasses(int) from public;
grant execute on function bailiwick_forget_bypasses(int) to bailiwick_app;

create function bailiwick_forget_amounts(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from spend_amounts where day < (bailiwick_now() at time zone 'UTC')::date - 2
    order by day limit most for update skip locked
  ), gone as (
    delete from spend_amounts a using old where a.workspace_id = old.workspace_id and a.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_amounts(int) from public;
grant execute on function bailiwick_forget_amounts(int) to bailiwick_app;
