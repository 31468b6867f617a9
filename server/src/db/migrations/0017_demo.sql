-- The latest run of the demo that somebody started through the server. One row a workspace, so that two at once have one
-- winner; the log of facts remembers the others.
create table demo_runs (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  -- Its processes work with this key and with those made with it.
  key_id uuid not null,
  root_task_id uuid,
  outcome text check (outcome in ('completed', 'failed')),
  reason text check (length(reason) between 1 and 2000),
  started_at timestamptz(3) not null,
  -- One that nobody ended by then, because its server died, is over without anybody writing so.
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  primary key (workspace_id),
  foreign key (workspace_id, key_id) references api_keys,
  foreign key (workspace_id, root_task_id) references tasks,
  check (expires_at > started_at),
  check ((outcome is null) = (ended_at is null)),
  check ((outcome is not distinct from 'failed') = (reason is not null))
);

alter table demo_runs enable row level security;
create policy workspace on demo_runs using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on demo_runs to bailiwick_app;
