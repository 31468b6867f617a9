-- An attempt that cost nothing, such as one that its model provider refused, says nothing of the usual cost of a start. Many
-- of them would make it zero, and starts at once could pass a cap together.
create or replace function bailiwick_release_reservation() returns trigger
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  gone spend_reservations;
  latest numeric[];
  tasks uuid[];
begin
  perform from spend_caps c where c.workspace_id = old.workspace_id order by c.id for no key update;
  delete from spend_reservations r where r.workspace_id = old.workspace_id and r.task_id = old.id returning * into gone;
  if gone.task_id is null then return null; end if;
  update spend_caps c set
    reserved_nanos = c.reserved_nanos - case when c.is_list then gone.left_list_nanos else gone.left_nanos end
  where c.workspace_id = gone.workspace_id and (c.agent_id is null or c.agent_id = gone.agent_id);
  select h.recent_nanos, h.recent_tasks into latest, tasks from spend_habits h
  where h.workspace_id = gone.workspace_id and h.agent_id = gone.agent_id;
  latest := (array_prepend(gone.spent_nanos, coalesce(latest, '{}')))[1:50];
  tasks := (array_prepend(gone.task_id, coalesce(tasks, '{}')))[1:50];
  insert into spend_habits (workspace_id, agent_id, recent_nanos, recent_tasks, usual_nanos)
  values (gone.workspace_id, gone.agent_id, latest, tasks,
    (select percentile_disc(0.9) within group (order by n) from unnest(latest) n where n > 0))
  on conflict (workspace_id, agent_id) do update set recent_nanos = excluded.recent_nanos,
    recent_tasks = excluded.recent_tasks, usual_nanos = coalesce(spend_habits.default_nanos, excluded.usual_nanos);
  return null;
end $$;

-- When the gate was parked: an attempt that began before did not use the fallback model.
alter table gates add column parked_at timestamptz(3);
update gates set parked_at = bailiwick_now() where parked_until is not null;
alter table gates add check ((parked_until is null) = (parked_at is null));

-- The key that signs checkpoints is sealed with the present master key, as other secrets are.
create function require_tree_sealing_key() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  current text;
begin
  select split_part(sealed_fingerprint_key, '.', 2) into current from installation;
  if current <> '' and split_part(new.sealed_key, '.', 2) <> current then
    raise exception 'A value was sealed with another master key than %.', current using errcode = 'BW002';
  end if;
  return new;
end $$;
revoke all on function require_tree_sealing_key from public;
create trigger require_sealing_key before insert or update of sealed_key on audit_trees
  for each row execute function require_tree_sealing_key();
