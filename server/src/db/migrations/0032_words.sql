-- Only the first 16,384 characters of a message are searched: its index cost up to a hundred times what the rest of a
-- message costs, in the transaction that sends it.
drop index messages_words;
create or replace function message_words(the_workspace uuid, content text) returns tsvector
language sql immutable parallel safe as $$
  select strip(to_tsvector('simple', public.bare_words(left(content, 16384)))) || array_to_tsvector(array[the_workspace::text])
$$;
create index messages_words on messages using gin (message_words(workspace_id, content)) with (fastupdate = on);

-- As in 0015_messages.sql: making an index undoes what the planner was taught.
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
