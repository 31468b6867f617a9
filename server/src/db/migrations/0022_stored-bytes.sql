-- What a workspace has stored today. Servers draw it in blocks and spend those in memory, so the count runs ahead of what
-- is stored by at most a block for each server. One row a workspace: a new day begins at 0.
create table stored_bytes (
  workspace_id uuid primary key references workspaces,
  day date not null,
  bytes bigint not null check (bytes >= 0)
);

alter table stored_bytes enable row level security;
create policy workspace on stored_bytes using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on stored_bytes to bailiwick_app;
