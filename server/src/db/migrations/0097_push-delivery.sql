-- How an external agent gets its tasks: it claims them, or the server claims them for it and sends them.
alter table agents add column delivery text not null default 'pull' check (delivery in ('pull', 'push'));
alter table agents add constraint agents_push check (delivery = 'pull' or (agent_type = 'http_api' and connection_url is not null));
grant update (delivery) on agents to bailiwick_app;
create index agents_pushed on agents (workspace_id, id) where delivery = 'push' and status = 'active';

-- The agent that holds a lease for which a key was made. The key ends with the lease, and while the agent gets no pushes.
create function find_lease_holder(the_workspace uuid, the_task uuid, the_fence int) returns uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.id from tasks t
    join agents a on a.workspace_id = t.workspace_id and a.id = t.assigned_to_agent_id
  where t.workspace_id = the_workspace and t.id = the_task and t.fence = the_fence and t.status = 'running'
    and t.lease_expires_at > bailiwick_now() and t.stop_fence is distinct from t.fence
    and a.status = 'active' and a.delivery = 'push'
    and not exists (select from stops s
      where s.workspace_id = t.workspace_id and s.ended_at is null and 'keys' = any(s.in_force)
        and (s.scope = 'workspace' or s.scope = 'agent' and s.agent_id = a.id))
$$;
revoke all on function find_lease_holder from public;
grant execute on function find_lease_holder to bailiwick_app;

-- The agents that get pushes, in workspaces with a queued task.
create function bailiwick_push_due() returns table (workspace uuid, agents uuid[])
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select a.workspace_id, array_agg(a.id order by a.id) from agents a
  where a.delivery = 'push' and a.status = 'active'
  group by a.workspace_id
  having exists (select from tasks t where t.workspace_id = a.workspace_id and t.status = 'queued'
    and t.open_dependencies = 0 and t.available_at <= bailiwick_now())
$$;
revoke all on function bailiwick_push_due() from public;
grant execute on function bailiwick_push_due() to bailiwick_app;

-- As in 0016_statistics-again.sql: making indexes undoes what the planner was taught.
insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
analyze agents;
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';
