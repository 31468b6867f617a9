-- Somebody who takes back a start ends an attempt that says nothing of the work, so it is no restart.
create or replace function bailiwick_count_restart() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
begin
  if new.status <> 'queued' or (new.pool_id is null and new.assigned_to_agent_id <> old.assigned_to_agent_id) then
    update risk_restarts set restarts = 0, is_due = false where workspace_id = old.workspace_id and task_id = old.id and restarts > 0;
    return null;
  end if;
  if old.undo->>'step' = 'start' and new.undo is null then return null; end if;
  if old.stop_fence = old.fence or exists (select from gates g where g.workspace_id = old.workspace_id
    and g.agent_id = old.assigned_to_agent_id and g.parked_at >= old.attempt_started_at) then return null; end if;
  insert into risk_restarts as r (workspace_id, task_id, agent_id, restarts, is_due, changed_on)
  values (old.workspace_id, old.id, old.assigned_to_agent_id, 1, false, (bailiwick_now() at time zone 'UTC')::date)
  on conflict (workspace_id, task_id) do update set agent_id = excluded.agent_id, restarts = r.restarts + 1,
    is_due = true, changed_on = excluded.changed_on;
  return null;
end $$;
