-- Agents: who they are, how they are configured, every configuration they had, and when they were last heard of.

create table agents (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  name text not null check (length(name) between 1 and 100),
  description text not null check (length(description) <= 10000),
  avatar_emoji text not null check (length(avatar_emoji) between 1 and 10),
  avatar_url text check (length(avatar_url) <= 500),
  personality text check (length(personality) <= 10000),
  agent_type text not null check (agent_type in ('direct', 'websocket', 'http_api', 'marketplace')),
  status text not null default 'active' check (status in ('active', 'paused', 'archived')),
  is_default boolean not null,
  is_featured boolean not null,
  max_running_tasks int check (max_running_tasks between 1 and 1000),
  -- Configurations as they were sent, except that each secret reads "set"; json keeps the order of their fields.
  llm_config json not null check (json_typeof(llm_config) = 'object'),
  identity_config json not null check (json_typeof(identity_config) = 'object'),
  moltbook_config json not null check (json_typeof(moltbook_config) = 'object'),
  connection_url text check (length(connection_url) <= 500),
  auth_config json not null check (json_typeof(auth_config) = 'object'),
  total_posts int not null default 0 check (total_posts >= 0),
  last_post_at timestamptz(3),
  revision int not null check (revision >= 1),
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  primary key (workspace_id, id),
  check (not (is_default and status = 'archived'))
);
create unique index agents_one_default on agents (workspace_id) where is_default;
create index agents_list on agents (workspace_id, is_featured desc, is_default desc, created_at desc, id desc);

-- Numbered from 1 without gaps; `agents.revision` is the newest. Nobody changes or deletes one.
create table agent_revisions (
  workspace_id uuid not null,
  agent_id uuid not null,
  revision int not null check (revision >= 1),
  config json not null check (json_typeof(config) = 'object'),
  changed_fields text[] not null,
  created_by_kind text not null check (created_by_kind in ('user', 'agent', 'service', 'system')),
  created_by_id text not null,
  created_at timestamptz(3) not null,
  primary key (workspace_id, agent_id, revision),
  foreign key (workspace_id, agent_id) references agents
);

-- One sealed value for each "set" of an agent's configurations.
create table agent_secrets (
  workspace_id uuid not null,
  agent_id uuid not null,
  -- A JSON pointer such as /llm_config/api_key.
  place text not null check (length(place) between 2 and 500),
  sealed text not null,
  primary key (workspace_id, agent_id, place),
  foreign key (workspace_id, agent_id) references agents
);

create table agent_presence (
  workspace_id uuid not null,
  agent_id uuid not null,
  last_seen_at timestamptz(3) not null,
  primary key (workspace_id, agent_id),
  foreign key (workspace_id, agent_id) references agents
);

alter table api_keys add foreign key (workspace_id, agent_id) references agents;

alter table agents enable row level security;
alter table agent_revisions enable row level security;
alter table agent_secrets enable row level security;
alter table agent_presence enable row level security;
create policy workspace on agents using (workspace_id = (select bailiwick_workspace()));
create policy workspace on agent_revisions using (workspace_id = (select bailiwick_workspace()));
create policy workspace on agent_secrets using (workspace_id = (select bailiwick_workspace()));
create policy workspace on agent_presence using (workspace_id = (select bailiwick_workspace()));

grant select, insert on agents to bailiwick_app;
grant update (name, description, avatar_emoji, avatar_url, personality, agent_type, status, is_default, is_featured,
  max_running_tasks, llm_config, identity_config, moltbook_config, connection_url, auth_config, total_posts,
  last_post_at, revision, updated_at) on agents to bailiwick_app;
grant select, insert on agent_revisions to bailiwick_app;
grant select, insert, update, delete on agent_secrets to bailiwick_app;
grant select, insert, update on agent_presence to bailiwick_app;
