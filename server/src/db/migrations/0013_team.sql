-- Who stands where among the agents of a workspace, and the rules for giving work to each other.

create table agent_roles (
  workspace_id uuid not null references workspaces,
  agent_id uuid not null,
  role text not null check (role in ('supervisor', 'worker', 'specialist')),
  can_assign_to_peers boolean not null default false,
  can_escalate_to_supervisor boolean not null default true,
  -- The supervisor above. Followed upwards it ends: whoever sets it holds the workspace and looks for a circle.
  reports_to uuid check (reports_to <> agent_id),
  created_at timestamptz(3) not null default bailiwick_now(),
  updated_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, agent_id),
  foreign key (workspace_id, agent_id) references agents,
  foreign key (workspace_id, reports_to) references agent_roles
);
create index agent_roles_reports on agent_roles (workspace_id, reports_to) where reports_to is not null;

-- No row: every rule is off.
create table team_rules (
  workspace_id uuid primary key references workspaces,
  allow_peer_assignment boolean not null default false,
  require_supervisor_for_tasks boolean not null default false,
  default_supervisor_agent_id uuid,
  updated_at timestamptz(3) not null default bailiwick_now(),
  foreign key (workspace_id, default_supervisor_agent_id) references agent_roles (workspace_id, agent_id)
);

alter table agent_roles enable row level security;
alter table team_rules enable row level security;
create policy workspace on agent_roles using (workspace_id = (select bailiwick_workspace()));
create policy workspace on team_rules using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on agent_roles to bailiwick_app;
grant select, insert, update on team_rules to bailiwick_app;

-- Whether agents may give work to each other only by their roles; for the statements that make tasks.
create function team_restricts_assignment(the_workspace uuid) returns boolean language sql stable as $$
  select exists (select from team_rules where workspace_id = the_workspace and require_supervisor_for_tasks)
$$;
