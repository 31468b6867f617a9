-- The rows of the inbox that people put away until later. Each person has at most 200.
create table snoozes (
  workspace_id uuid not null references workspaces,
  user_id uuid not null,
  kind text not null check (kind in ('task', 'message')),
  id uuid not null,
  until timestamptz(3) not null,
  -- The last change of the task, or the last message of the conversation, when the row was put away.
  mark text not null check (length(mark) <= 40),
  primary key (workspace_id, user_id, kind, id)
);
alter table snoozes enable row level security;
create policy workspace on snoozes using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (until, mark), delete on snoozes to bailiwick_app;
