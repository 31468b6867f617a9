-- The tools of connected MCP servers, as a person last accepted them. A tool that differs now waits for a person.
create table connection_tools (
  workspace_id uuid not null,
  connection_id uuid not null,
  name text not null check (length(name) <= 100),
  state text not null check (state in ('pinned', 'changed', 'gone')),
  digest text not null,
  definition jsonb not null,
  seen_digest text,
  seen jsonb,
  primary key (workspace_id, connection_id, name),
  foreign key (workspace_id, connection_id) references connections,
  check ((state = 'changed') = (seen is not null)),
  check ((seen is null) = (seen_digest is null))
);
alter table connection_tools enable row level security;
create policy workspace on connection_tools using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on connection_tools to bailiwick_app;
alter table connection_tools alter column workspace_id set (n_distinct = 1);
