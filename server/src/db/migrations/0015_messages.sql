-- What agents and people say to each other: threads, messages, and an inbox for each of them.

create table threads (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  kind text not null check (kind in ('task', 'free', 'direct')),
  task_id uuid,
  message_count int not null default 0 check (message_count >= 0),
  -- The greatest id, so that threads stand in the order of their last messages.
  last_message_id uuid,
  -- Messages of agents in a row, and since when: a person's message and a step of the task begin anew.
  hops int not null default 0 check (hops >= 0),
  hops_since timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, task_id) references tasks,
  check ((kind = 'task') = (task_id is not null))
) with (fillfactor = 70);
create unique index threads_task on threads (workspace_id, task_id) where task_id is not null;
create index threads_recent on threads (workspace_id, last_message_id) where last_message_id is not null;

-- Everybody who ever sent or received something.
create table mailboxes (
  workspace_id uuid not null references workspaces,
  owner_id uuid not null,
  agent_id uuid,
  user_id uuid,
  -- Positions are given under this row's lock, so they become visible in their order.
  last_position bigint not null default 0 check (last_position >= 0),
  unread int not null default 0 check (unread >= 0),
  primary key (workspace_id, owner_id),
  foreign key (workspace_id, agent_id) references agents,
  foreign key (workspace_id, user_id) references members,
  check (num_nonnulls(agent_id, user_id) = 1),
  check (owner_id = coalesce(agent_id, user_id))
) with (fillfactor = 70);

create table thread_members (
  workspace_id uuid not null,
  thread_id uuid not null,
  owner_id uuid not null,
  primary key (workspace_id, thread_id, owner_id),
  foreign key (workspace_id, thread_id) references threads,
  foreign key (workspace_id, owner_id) references mailboxes
);
create index thread_members_owner on thread_members (workspace_id, owner_id, thread_id);

create table messages (
  workspace_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  task_id uuid,
  role text not null check (role in ('agent', 'user', 'system')),
  content text not null check (octet_length(content) between 1 and 65536),
  from_agent_id uuid,
  from_user_id uuid,
  to_agent_id uuid,
  to_user_id uuid,
  in_reply_to uuid,
  reply_by timestamptz(3),
  replied_at timestamptz(3),
  overdue_at timestamptz(3),
  -- When the sweep looks at it next: at half time, then at `reply_by`.
  look_at timestamptz(3),
  created_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, thread_id) references threads,
  foreign key (workspace_id, task_id) references tasks,
  foreign key (workspace_id, from_agent_id) references agents,
  foreign key (workspace_id, from_user_id) references members,
  foreign key (workspace_id, to_agent_id) references agents,
  foreign key (workspace_id, to_user_id) references members,
  foreign key (workspace_id, in_reply_to) references messages,
  check ((role = 'agent') = (from_agent_id is not null)),
  check ((role = 'user') = (from_user_id is not null)),
  check (num_nonnulls(to_agent_id, to_user_id) <= 1),
  check (from_agent_id <> to_agent_id),
  check (from_user_id <> to_user_id),
  check (reply_by is null or reply_by > created_at and num_nonnulls(to_agent_id, to_user_id) = 1),
  check (replied_at is null or reply_by is not null),
  check (overdue_at is null or reply_by <= overdue_at),
  check (look_at is null or reply_by is not null and replied_at is null and overdue_at is null)
) with (fillfactor = 95);
create index messages_thread on messages (workspace_id, thread_id, id);
create index messages_task on messages (workspace_id, task_id, id) where task_id is not null;
create index messages_from_agent on messages (workspace_id, from_agent_id, id) where from_agent_id is not null;
create index messages_awaiting on messages (workspace_id, id) where reply_by is not null and replied_at is null;
create index messages_due on messages (look_at) where look_at is not null;

-- One row for each recipient of a message.
create table deliveries (
  workspace_id uuid not null,
  owner_id uuid not null,
  position bigint not null check (position > 0),
  message_id uuid not null,
  thread_id uuid not null,
  delivered_at timestamptz(3),
  read_at timestamptz(3),
  primary key (workspace_id, owner_id, position),
  unique (workspace_id, owner_id, message_id),
  foreign key (workspace_id, owner_id) references mailboxes,
  foreign key (workspace_id, message_id) references messages,
  check (read_at is null or delivered_at is not null)
) with (fillfactor = 80);
create index deliveries_unread on deliveries (workspace_id, owner_id, position) include (thread_id) where read_at is null;

alter table threads enable row level security;
alter table mailboxes enable row level security;
alter table thread_members enable row level security;
alter table messages enable row level security;
alter table deliveries enable row level security;
create policy workspace on threads using (workspace_id = (select bailiwick_workspace()));
create policy workspace on mailboxes using (workspace_id = (select bailiwick_workspace()));
create policy workspace on thread_members using (workspace_id = (select bailiwick_workspace()));
create policy workspace on messages using (workspace_id = (select bailiwick_workspace()));
create policy workspace on deliveries using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on threads, mailboxes, deliveries to bailiwick_app;
grant select, insert on thread_members to bailiwick_app;
grant select, insert on messages to bailiwick_app;
grant update (replied_at, overdue_at, look_at) on messages to bailiwick_app;

-- Letters and digits alone: what the parser of `to_tsvector` makes of hyphens, dots and slashes takes minutes for some
-- texts of the size of a message.
create function bare_words(content text) returns text language sql immutable parallel safe as $$
  select regexp_replace(content, '[^[:alnum:]]+', ' ', 'g')
$$;

-- The words of a message, with its workspace as one more, so that a search reads no other workspace's.
create function message_words(the_workspace uuid, content text) returns tsvector
language sql immutable parallel safe as $$
  select strip(to_tsvector('simple', public.bare_words(content))) || array_to_tsvector(array[the_workspace::text])
$$;
create index messages_words on messages using gin (message_words(workspace_id, content)) with (fastupdate = on);

-- Messages with all these words, by id; at most so many. It runs as the owner because `@@` is not leakproof, so that
-- row-level security would forbid the index.
create function search_messages(the_workspace uuid, the_words text, the_task uuid, the_thread uuid, the_party uuid,
  is_awaited boolean, ascending boolean, beyond uuid, at_most int) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with found as materialized (
    select m.id from messages m
    where message_words(m.workspace_id, m.content)
        @@ (plainto_tsquery('simple', bare_words(the_words)) && quote_literal(the_workspace::text)::tsquery)
      and m.workspace_id = the_workspace and the_workspace = bailiwick_workspace()
      and numnode(plainto_tsquery('simple', bare_words(the_words))) > 0
      and (the_task is null or m.task_id = the_task)
      and (the_thread is null or m.thread_id = the_thread)
      and (the_party is null or the_party in (m.from_agent_id, m.to_agent_id)
        or exists (select from deliveries d where d.workspace_id = the_workspace and d.owner_id = the_party
          and d.message_id = m.id))
      and (not is_awaited or m.reply_by is not null and m.replied_at is null)
      and (beyond is null or case when ascending then m.id > beyond else m.id < beyond end)
  )
  select id from found order by case when ascending then id end, id desc limit at_most
$$;
revoke all on function search_messages(uuid, text, uuid, uuid, uuid, boolean, boolean, uuid, int) from public;
grant execute on function search_messages(uuid, text, uuid, uuid, uuid, boolean, boolean, uuid, int) to bailiwick_app;

-- Workspaces in which a reply is due.
create function bailiwick_message_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from messages where look_at <= bailiwick_now()
$$;
revoke all on function bailiwick_message_work_due() from public;
grant execute on function bailiwick_message_work_due() to bailiwick_app;

-- As in 0006_statistics.sql: rows that come and go teach the planner that a workspace may be all of a table, and that
-- it is ids and positions that tell rows apart.
alter table threads alter column workspace_id set (n_distinct = 1);
alter table mailboxes alter column workspace_id set (n_distinct = 1);
alter table thread_members alter column workspace_id set (n_distinct = 1);
alter table messages alter column workspace_id set (n_distinct = 1);
alter table deliveries alter column workspace_id set (n_distinct = 1);

insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
insert into threads (workspace_id, id, kind, last_message_id) select workspace_id, id, 'free', id from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into mailboxes (workspace_id, owner_id, agent_id) select workspace_id, id, id from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into thread_members (workspace_id, thread_id, owner_id) select workspace_id, id, id from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into messages (workspace_id, id, thread_id, role, content, from_agent_id) select workspace_id, id, id, 'agent',
  'Statistics', id from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into deliveries (workspace_id, owner_id, position, message_id, thread_id)
select workspace_id, id, row_number() over (order by id), id, id from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
analyze threads;
analyze mailboxes;
analyze thread_members;
analyze messages;
analyze deliveries;
delete from deliveries where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from messages where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from thread_members where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from mailboxes where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from threads where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';
