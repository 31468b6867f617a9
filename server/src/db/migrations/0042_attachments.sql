-- Files of tasks. The bytes are rows, so that they and the facts commit together, backups and restores have them, and
-- row-level security closes them to other workspaces (docs/decisions/0021-files-in-the-database.md).
create table attachment_contents (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  -- Null while the upload runs. A workspace stores equal bytes once; nothing is shared between workspaces.
  sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
  bytes int not null default 0 check (bytes between 0 and 26214400),
  -- The last upload of these bytes. Contents without an attachment are deleted some time after it.
  touched_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  unique (workspace_id, sha256)
);
create index attachment_contents_touched on attachment_contents (touched_at);

create table attachment_chunks (
  workspace_id uuid not null,
  content_id uuid not null,
  place int not null check (place >= 0),
  data bytea not null check (octet_length(data) between 1 and 262144),
  primary key (workspace_id, content_id, place),
  foreign key (workspace_id, content_id) references attachment_contents on delete cascade
);
-- Most files are compressed already.
alter table attachment_chunks alter column data set storage external;

create table attachments (
  workspace_id uuid not null,
  id uuid not null,
  task_id uuid not null,
  content_id uuid not null,
  name text not null check (length(name) between 1 and 255),
  content_type text not null check (length(content_type) between 3 and 100),
  -- As in the content, so that lists and sums read one table.
  bytes int not null check (bytes between 0 and 26214400),
  sha256 text not null,
  created_by_agent_id uuid,
  created_by_user_id uuid,
  created_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, task_id) references tasks on delete cascade,
  foreign key (workspace_id, content_id) references attachment_contents,
  check (num_nonnulls(created_by_agent_id, created_by_user_id) <= 1)
);
create index attachments_task on attachments (workspace_id, task_id, id);
create index attachments_content on attachments (workspace_id, content_id);

alter table attachment_contents enable row level security;
create policy workspace on attachment_contents using (workspace_id = (select bailiwick_workspace()));
alter table attachment_chunks enable row level security;
create policy workspace on attachment_chunks using (workspace_id = (select bailiwick_workspace()));
alter table attachments enable row level security;
create policy workspace on attachments using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on attachment_contents to bailiwick_app;
grant select, insert on attachment_chunks to bailiwick_app;
grant select, insert, update, delete on attachments to bailiwick_app;

-- Deletes uploads that did not end, and contents without an attachment. An upload of the same bytes touches the content
-- first, so an hour is left to add the attachment.
create function forget_attachment_contents(max_rows int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with unused as materialized (
    select c.workspace_id, c.id from attachment_contents c
    where c.touched_at < bailiwick_now() - interval '1 hour'
      and not exists (select from attachments a where a.workspace_id = c.workspace_id and a.content_id = c.id)
    order by c.touched_at limit max_rows for update skip locked
  ), gone as (
    delete from attachment_contents c using unused u where c.workspace_id = u.workspace_id and c.id = u.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function forget_attachment_contents(int) from public;
grant execute on function forget_attachment_contents(int) to bailiwick_app;
