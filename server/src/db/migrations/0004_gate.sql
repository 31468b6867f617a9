-- What decides whether an agent may start work, kept current in one row an agent by the systems that own the causes.
create table gates (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  status text not null check (status in ('active', 'paused', 'archived')),
  running int not null default 0 check (running >= 0),
  -- Null: no limit.
  running_max int check (running_max >= 1),
  -- Starts a minute while the agent is throttled; null: it is not.
  throttle_per_minute int check (throttle_per_minute >= 1),
  throttle_tokens double precision not null default 0,
  throttle_at timestamptz(3) not null default bailiwick_now(),
  last_refusal jsonb,
  primary key (workspace_id, agent_id),
  foreign key (workspace_id, agent_id) references agents
) with (fillfactor = 70);

alter table gates enable row level security;
create policy workspace on gates using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on gates to bailiwick_app;
