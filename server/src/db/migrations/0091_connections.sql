-- Services that agents may act on, with the person's yes. A disconnected connection stays as a name, without its secret.
create table connections (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  service_type text not null check (service_type in ('http', 'email', 'slack', 'github', 'moltbook', 'mcp')),
  name text not null check (length(name) <= 100),
  category text not null check (category in ('connect', 'know', 'do', 'automate', 'protect', 'scale')),
  status text not null check (status in ('connected', 'error', 'disconnected')),
  config jsonb not null,
  sealed_secret text,
  scopes_granted text[] not null,
  -- The agents that may use it; null: all.
  agent_ids uuid[],
  usage_count int not null check (usage_count >= 0),
  last_used_at timestamptz(3),
  last_error text check (length(last_error) <= 500),
  created_at timestamptz(3) not null,
  primary key (workspace_id, id),
  check (status <> 'disconnected' or sealed_secret is null)
);
create index connections_sealed on connections (workspace_id, id) where sealed_secret is not null;
alter table connections enable row level security;
create policy workspace on connections using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on connections to bailiwick_app;
alter table connections alter column workspace_id set (n_distinct = 1);
create trigger require_sealing_key before insert or update of sealed_secret on connections
  for each row when (new.sealed_secret is not null) execute function require_sealing_key('sealed_secret');
