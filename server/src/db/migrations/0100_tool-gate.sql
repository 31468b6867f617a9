-- The rules of a workspace for the calls of tools that clients of agents are about to make.
create table gate_rules (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  tool_pattern text not null check (length(tool_pattern) between 1 and 300),
  agent_id uuid,
  decision text not null check (decision in ('allow', 'ask', 'deny')),
  mode text not null check (mode in ('enforce', 'shadow')),
  created_by uuid not null,
  created_at timestamptz(3) not null,
  ended_at timestamptz(3),
  ended_by uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check ((ended_at is null) = (ended_by is null))
);
create index gate_rules_open on gate_rules (workspace_id, id) where ended_at is null;
create index gate_rules_agent on gate_rules (workspace_id, agent_id) where agent_id is not null;
create index gate_rules_ended on gate_rules (ended_at) where ended_at is not null;
alter table gate_rules enable row level security;
create policy workspace on gate_rules using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on gate_rules to bailiwick_app;
alter table gate_rules alter column workspace_id set (n_distinct = 1);

-- A call that waits for people or was decided by them, by the hash of what the client sent. `used_at`: its decision was used.
create table gate_calls (
  workspace_id uuid not null references workspaces,
  action_id uuid not null,
  agent_id uuid not null,
  call_hash text not null check (call_hash ~ '^sha256:[0-9a-f]{64}$'),
  used_at timestamptz(3),
  created_at timestamptz(3) not null,
  primary key (workspace_id, action_id),
  foreign key (workspace_id, action_id) references agent_actions on delete cascade,
  foreign key (workspace_id, agent_id) references agents
);
-- One call waits at a time, so equal calls share their approval.
create unique index gate_calls_open on gate_calls (workspace_id, agent_id, call_hash) where used_at is null;
alter table gate_calls enable row level security;
create policy workspace on gate_calls using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on gate_calls to bailiwick_app;
alter table gate_calls alter column workspace_id set (n_distinct = 1);

-- The decisions of one kind about the calls of an agent in a minute. The first ones have facts, the others share one.
create table gate_tallies (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  minute timestamptz(3) not null,
  kind text not null check (length(kind) between 1 and 300),
  decisions int not null check (decisions > 0),
  data jsonb not null,
  primary key (workspace_id, agent_id, minute, kind),
  foreign key (workspace_id, agent_id) references agents
);
create index gate_tallies_minute on gate_tallies (minute);
alter table gate_tallies enable row level security;
create policy workspace on gate_tallies using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on gate_tallies to bailiwick_app;
alter table gate_tallies alter column workspace_id set (n_distinct = 1);

-- The workspaces with decisions of a minute that is over.
create function bailiwick_gate_tallies_over() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from gate_tallies where minute < bailiwick_now() - interval '70 seconds'
$$;
revoke all on function bailiwick_gate_tallies_over() from public;
grant execute on function bailiwick_gate_tallies_over() to bailiwick_app;

create function bailiwick_forget_gate_rules(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from gate_rules where ended_at < bailiwick_now() - interval '190 days'
    order by ended_at limit most for update skip locked
  ), gone as (
    delete from gate_rules r using old where r.workspace_id = old.workspace_id and r.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_gate_rules(int) from public;
grant execute on function bailiwick_forget_gate_rules(int) to bailiwick_app;
