-- Plans of prepared statements are kept, and on a new database they are made while the tables are empty. The planner
-- then takes `workspace_id = $1` for a condition that leaves one row, and reads a whole workspace to find one task. Rows
-- that come and go once teach it that a workspace may be all of the table and that ids are what tells rows apart; an
-- analysis of an empty table keeps what was learnt.
alter table agents alter column workspace_id set (n_distinct = 1);
alter table gates alter column workspace_id set (n_distinct = 1);
alter table tasks alter column workspace_id set (n_distinct = 1);
alter table members alter column workspace_id set (n_distinct = 1);
alter table facts alter column workspace_id set (n_distinct = 1);
alter table obs_events alter column workspace_id set (n_distinct = 1);

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
