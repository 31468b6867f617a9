-- What hot work needs of the database; docs/decisions/0015-one-message-a-group.md and 0016-keys-that-cannot-break.md say why.

-- Raised by statements that may only go on for callers who are who they were: the transaction ends, and the group of
-- calls goes the ordinary way, which looks at each and explains.
create function bailiwick_refuse() returns void language plpgsql as $$
begin
  raise exception 'A caller of this group may not do what it asks for.' using errcode = 'BW001';
end
$$;
grant execute on function bailiwick_refuse() to bailiwick_app;

-- Telemetry is read from the facts of steps. Nothing writes `obs_events` until callers send events of their own.
alter table obs_events drop constraint obs_events_workspace_id_fkey, drop constraint obs_events_workspace_id_agent_id_fkey,
  drop constraint obs_events_workspace_id_task_id_fkey;

-- Keys that cannot be violated by construction: see bailiwick_count_orphans below.
alter table fact_payloads drop constraint fact_payloads_workspace_id_fact_id_fkey;
alter table facts drop constraint facts_workspace_id_fkey;
alter table tasks drop constraint tasks_workspace_id_fkey, drop constraint tasks_workspace_id_created_by_agent_id_fkey,
  drop constraint tasks_workspace_id_created_by_user_id_fkey;
alter table messages drop constraint messages_workspace_id_thread_id_fkey,
  drop constraint messages_workspace_id_from_agent_id_fkey, drop constraint messages_workspace_id_from_user_id_fkey;
alter table deliveries drop constraint deliveries_workspace_id_message_id_fkey,
  drop constraint deliveries_workspace_id_owner_id_fkey;

-- The log has its own order as its key. By type it is read for the audit and for telemetry, areas such as governance
-- included; by actor only where `facts_agent` does not hold the same.
alter table facts drop constraint facts_pkey, add primary key (workspace_id, seq);
drop index facts_log;
drop index facts_governance;
create index facts_type on facts (workspace_id, type, seq);
create index facts_actor on facts (workspace_id, actor_id, seq)
  where agent_id is null or agent_id::text <> actor_id;

-- Most tasks are completed; the other states are found by index.
drop index tasks_status;
create index tasks_not_completed on tasks (workspace_id, status, id) where status <> 'completed';
create index tasks_apart on tasks (workspace_id, assigned_to_agent_id, status, id)
  where status in ('running', 'blocked', 'failed', 'canceled');

-- The same checks as before in few expressions: each is prepared for every statement that writes the table.
alter table tasks
  drop constraint tasks_attempt_check, drop constraint tasks_blocked_by_check, drop constraint tasks_budget_nanos_check,
  drop constraint tasks_canceled_by_check, drop constraint tasks_check, drop constraint tasks_check1,
  drop constraint tasks_check2, drop constraint tasks_check3, drop constraint tasks_check4, drop constraint tasks_check5,
  drop constraint tasks_check6, drop constraint tasks_check7, drop constraint tasks_check8, drop constraint tasks_check9,
  drop constraint tasks_check10, drop constraint tasks_check11, drop constraint tasks_check12,
  drop constraint tasks_child_count_check, drop constraint tasks_cost_nanos_check,
  drop constraint tasks_dependent_count_check, drop constraint tasks_depth_check,
  drop constraint tasks_escalation_seconds_check, drop constraint tasks_estimated_cost_nanos_check,
  drop constraint tasks_fence_check, drop constraint tasks_handovers_check, drop constraint tasks_lease_seconds_check,
  drop constraint tasks_max_attempts_check, drop constraint tasks_open_dependencies_check,
  drop constraint tasks_reserved_nanos_check, drop constraint tasks_status_check, drop constraint tasks_title_check,
  add constraint tasks_title check (length(title) between 1 and 500),
  add constraint tasks_place check ((parent_task_id is null) = (depth = 0) and (parent_task_id is null) = (root_task_id = id)
    and depth between 0 and 100),
  add constraint tasks_state check (status in ('queued', 'running', 'blocked', 'completed', 'failed', 'canceled')
    and (status = 'blocked') = (blocked_by is not null) and (status = 'blocked') = (blocked_reason is not null)
    and (status = 'canceled') = (canceled_by is not null)
    and (status in ('completed', 'failed', 'canceled')) = (finished_at is not null)
    and (status = 'running' or lease_expires_at is null and reserved_nanos = 0) and (status <> 'running' or fence > 0)),
  add constraint tasks_words check (blocked_by in ('guard', 'agent', 'escalation')
    and canceled_by in ('user', 'agent', 'service', 'system')),
  add constraint tasks_counts check (child_count >= 0 and open_children between 0 and child_count
    and open_dependencies >= 0 and dependent_count >= 0 and fence >= 0 and handovers >= 0 and attempt >= 1
    and max_attempts between 1 and 100 and lease_seconds between 5 and 3600),
  add constraint tasks_money check (budget_nanos >= 0 and estimated_cost_nanos >= 0 and reserved_nanos >= 0
    and cost_nanos >= 0 and (budget_nanos is null) = (budget_left_nanos is null)),
  add constraint tasks_escalation check (escalation_seconds between 10 and 604800
    and (escalates_at is null or escalation_seconds is not null)
    and (blocked_by <> 'escalation' or cardinality(escalated_from) > 0));

-- Rows without what they point to, of the keys above. Each is looked for by an index that begins with what is pointed
-- to, so the look costs as much as there are workspaces, agents, threads and inboxes, however many rows point there.
create function bailiwick_count_orphans() returns table (kind text, orphans bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  with recursive
  fact_workspaces as (
    (select workspace_id from facts order by workspace_id limit 1)
    union all
    select (select f.workspace_id from facts f where f.workspace_id > w.workspace_id order by f.workspace_id limit 1)
    from fact_workspaces w where w.workspace_id is not null
  ), task_workspaces as (
    (select workspace_id from tasks order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.workspace_id > w.workspace_id order by t.workspace_id limit 1)
    from task_workspaces w where w.workspace_id is not null
  ), inboxes as (
    (select workspace_id, owner_id from deliveries order by workspace_id, owner_id limit 1)
    union all
    select n.workspace_id, n.owner_id from inboxes i left join lateral (
      select d.workspace_id, d.owner_id from deliveries d
      where (d.workspace_id, d.owner_id) > (i.workspace_id, i.owner_id) order by 1, 2 limit 1) n on true
    where i.owner_id is not null
  ), message_threads as (
    (select workspace_id, thread_id from messages order by workspace_id, thread_id limit 1)
    union all
    select n.workspace_id, n.thread_id from message_threads i left join lateral (
      select m.workspace_id, m.thread_id from messages m
      where (m.workspace_id, m.thread_id) > (i.workspace_id, i.thread_id) order by 1, 2 limit 1) n on true
    where i.thread_id is not null
  ), creators as (
    (select workspace_id, created_by_agent_id from tasks where created_by_agent_id is not null
      order by workspace_id, created_by_agent_id limit 1)
    union all
    select n.workspace_id, n.created_by_agent_id from creators i left join lateral (
      select t.workspace_id, t.created_by_agent_id from tasks t where created_by_agent_id is not null
        and (t.workspace_id, t.created_by_agent_id) > (i.workspace_id, i.created_by_agent_id) order by 1, 2 limit 1) n on true
    where i.created_by_agent_id is not null
  ), senders as (
    (select workspace_id, from_agent_id from messages where from_agent_id is not null
      order by workspace_id, from_agent_id limit 1)
    union all
    select n.workspace_id, n.from_agent_id from senders i left join lateral (
      select m.workspace_id, m.from_agent_id from messages m where from_agent_id is not null
        and (m.workspace_id, m.from_agent_id) > (i.workspace_id, i.from_agent_id) order by 1, 2 limit 1) n on true
    where i.from_agent_id is not null
  )
  select 'facts of no workspace', count(*) from fact_workspaces o where o.workspace_id is not null
    and not exists (select from workspaces w where w.workspace_id = o.workspace_id)
  union all
  select 'tasks of no workspace', count(*) from task_workspaces o where o.workspace_id is not null
    and not exists (select from workspaces w where w.workspace_id = o.workspace_id)
  union all
  select 'tasks made by no agent', count(*) from creators o where o.workspace_id is not null
    and not exists (select from agents a where a.workspace_id = o.workspace_id and a.id = o.created_by_agent_id)
  union all
  select 'messages from no agent', count(*) from senders o where o.workspace_id is not null
    and not exists (select from agents a where a.workspace_id = o.workspace_id and a.id = o.from_agent_id)
  union all
  select 'messages in no thread', count(*) from message_threads o where o.workspace_id is not null
    and not exists (select from threads t where t.workspace_id = o.workspace_id and t.id = o.thread_id)
  union all
  select 'deliveries to no inbox', count(*) from inboxes o where o.workspace_id is not null
    and not exists (select from mailboxes b where b.workspace_id = o.workspace_id and b.owner_id = o.owner_id)
$$;
revoke all on function bailiwick_count_orphans() from public;
grant execute on function bailiwick_count_orphans() to bailiwick_app;

-- As in 0016_statistics-again.sql: making indexes undoes what the planner was taught.
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
