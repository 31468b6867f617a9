-- Making the indexes of 0014 counted the rows of `tasks`, found none left of those that 0006 had taught the planner with,
-- and so undid it. They come and go once more; whoever adds an index to one of these tables has to do it again.
insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
insert into gates (workspace_id, agent_id, status) select workspace_id, id, 'active' from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth)
select workspace_id, id, 'Statistics', id, id, 0 from agents
  where workspace_id = '00000000-0000-0000-0000-000000000000';
analyze agents;
analyze gates;
analyze tasks;
delete from tasks where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from gates where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';

-- Rows that are gone are no reason to count again; the first real ones are, and plans are made anew then.
alter table agents set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table gates set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table tasks set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table threads set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table mailboxes set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table thread_members set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table messages set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
alter table deliveries set (autovacuum_vacuum_threshold = 2000, autovacuum_analyze_threshold = 1000);
