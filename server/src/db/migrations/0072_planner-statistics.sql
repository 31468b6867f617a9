-- The statistics of 0006 and 0016 last until the next new index, which counts the rows of its table again. So they are
-- made after each run of migrations (`migrate.ts`), by this function.
create function bailiwick_teach_planner() returns void language plpgsql as $$
declare
  nowhere constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  -- Tables with rows are analyzed by autovacuum.
  if exists (select from tasks) then return; end if;
  insert into workspaces (workspace_id, name) values (nowhere, 'Statistics');
  insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
    identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
  select nowhere, gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false, '{}', '{}', '{}', '{}', 1,
    bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
  insert into gates (workspace_id, agent_id, status)
  select workspace_id, id, 'active' from agents where workspace_id = nowhere;
  insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth)
  select workspace_id, id, 'Statistics', id, id, 0 from agents where workspace_id = nowhere;
  analyze agents;
  analyze gates;
  analyze tasks;
  delete from tasks where workspace_id = nowhere;
  delete from gates where workspace_id = nowhere;
  delete from agents where workspace_id = nowhere;
  delete from workspaces where workspace_id = nowhere;
end $$;
