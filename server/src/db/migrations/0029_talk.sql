-- How much two parties, and agents in a chain, said to each other without anything coming of it; and what is said about
-- answers that did not come.

-- One row for two parties of which one at least is an agent, the smaller id first.
create table exchanges (
  workspace_id uuid not null,
  one_id uuid not null,
  other_id uuid not null,
  -- Two agents: the messages of both. An agent and a person: those of the agent since the person's last.
  messages int not null default 0 check (messages >= 0),
  -- When the first and the last of these were sent.
  since timestamptz(3) not null default bailiwick_now(),
  last_at timestamptz(3) not null default bailiwick_now(),
  last_message_id uuid,
  primary key (workspace_id, one_id, other_id),
  foreign key (workspace_id, one_id) references mailboxes,
  foreign key (workspace_id, other_id) references mailboxes,
  check (one_id < other_id)
) with (fillfactor = 70);

alter table mailboxes
  -- The length of the longest chain of agents' messages that ended here, since when, and when it last grew.
  add column chain int not null default 0 check (chain >= 0),
  add column chain_since timestamptz(3),
  add column chain_at timestamptz(3),
  add column person_wrote_at timestamptz(3);
alter table threads drop column hops, drop column hops_since;

-- Obligations of one sender that are open.
create index messages_open on messages (workspace_id, coalesce(from_agent_id, from_user_id)) where look_at is not null;

-- Whom somebody is told about whose messages were not answered: at most once an hour, for all of that time.
create table overdue_notices (
  workspace_id uuid not null,
  owner_id uuid not null,
  agent_id uuid,
  user_id uuid,
  sender_id uuid not null,
  waiting int not null default 0 check (waiting >= 0),
  -- The last of those that wait to be told.
  message_id uuid not null,
  told_at timestamptz(3),
  primary key (workspace_id, owner_id, sender_id),
  foreign key (workspace_id, agent_id) references agents,
  foreign key (workspace_id, user_id) references members,
  foreign key (workspace_id, message_id) references messages,
  check (num_nonnulls(agent_id, user_id) = 1),
  check (owner_id = coalesce(agent_id, user_id))
);
create index overdue_notices_waiting on overdue_notices (workspace_id) where waiting > 0;

alter table exchanges enable row level security;
alter table overdue_notices enable row level security;
create policy workspace on exchanges using (workspace_id = (select bailiwick_workspace()));
create policy workspace on overdue_notices using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on exchanges, overdue_notices to bailiwick_app;

-- Workspaces in which a reply is due, or somebody is to be told that replies did not come.
create or replace function bailiwick_message_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select workspace_id from messages where look_at <= bailiwick_now()
  union
  select workspace_id from overdue_notices
    where waiting > 0 and (told_at is null or told_at <= bailiwick_now() - interval '1 hour')
$$;

-- As in 0015_messages.sql: what the planner should think of a table whose rows come and go.
alter table exchanges alter column workspace_id set (n_distinct = 1);
insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
insert into mailboxes (workspace_id, owner_id, agent_id) select workspace_id, id, id from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into exchanges (workspace_id, one_id, other_id)
select workspace_id, lag(owner_id) over (order by owner_id), owner_id from mailboxes
  where workspace_id = '00000000-0000-0000-0000-000000000000' order by owner_id offset 1;
analyze exchanges;
delete from exchanges where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from mailboxes where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';
