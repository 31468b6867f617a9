-- The reservations of all attempts that ended in one transaction return together, at its commit: one change of each cap
-- and of each agent's usual costs in place of one for each task.
create function bailiwick_note_ended() returns trigger language plpgsql as $$
begin
  perform pg_catalog.set_config('bailiwick.ended', pg_catalog.concat_ws(',',
    nullif(pg_catalog.current_setting('bailiwick.ended', true), ''), old.workspace_id || '/' || old.id), true);
  return null;
end $$;

create trigger spend_ended after update of status on tasks for each row
  when (old.cap_estimate_nanos is not null and old.status = 'running' and new.status <> 'running')
  execute function bailiwick_note_ended();

-- It runs for each of these tasks at the commit, and the first run does the work of all.
create or replace function bailiwick_release_reservation() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  noted text[] := string_to_array(current_setting('bailiwick.ended', true), ',');
  own text := old.workspace_id || '/';
  ended uuid[];
begin
  ended := array(select split_part(n, '/', 2)::uuid from unnest(noted) with ordinality as u(n, place)
    where starts_with(n, own) order by place);
  if ended = '{}' then return null; end if;
  perform set_config('bailiwick.ended',
    array_to_string(array(select n from unnest(noted) n where not starts_with(n, own)), ','), true);
  perform from spend_caps c where c.workspace_id = old.workspace_id order by c.id for no key update;
  with gone as (
    delete from spend_reservations r where r.workspace_id = old.workspace_id and r.task_id = any(ended) returning *
  ), returned as (
    select k.id, sum(case when k.is_list then g.left_list_nanos else g.left_nanos end) as nanos
    from spend_caps k join gone g on k.agent_id is null or k.agent_id = g.agent_id
    where k.workspace_id = old.workspace_id group by k.id
  ), counted as (
    update spend_caps c set reserved_nanos = c.reserved_nanos - n.nanos from returned n
    where c.workspace_id = old.workspace_id and c.id = n.id and n.nanos <> 0
  ), latest as (
    select g.agent_id, array_agg(g.spent_nanos order by array_position(ended, g.task_id) desc) as nanos,
      array_agg(g.task_id order by array_position(ended, g.task_id) desc) as tasks
    from gone g group by g.agent_id
  ), recent as (
    select l.agent_id, (l.nanos || coalesce(h.recent_nanos, '{}'))[1:50] as nanos,
      (l.tasks || coalesce(h.recent_tasks, '{}'))[1:50] as tasks
    from latest l left join spend_habits h on h.workspace_id = old.workspace_id and h.agent_id = l.agent_id
  )
  insert into spend_habits (workspace_id, agent_id, recent_nanos, recent_tasks, usual_nanos)
  select old.workspace_id, r.agent_id, r.nanos, r.tasks,
    (select percentile_disc(0.9) within group (order by n) from unnest(r.nanos) n where n > 0)
  from recent r
  on conflict (workspace_id, agent_id) do update set recent_nanos = excluded.recent_nanos,
    recent_tasks = excluded.recent_tasks, usual_nanos = coalesce(spend_habits.default_nanos, excluded.usual_nanos);
  return null;
end $$;
