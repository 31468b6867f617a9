-- What a start of an agent costs when its task does not say: set by people. Null is the 90th percentile of its last attempts.
alter table agents add column default_estimated_cost_usd double precision check (default_estimated_cost_usd >= 0);
grant update (default_estimated_cost_usd) on agents to bailiwick_app;

-- The same amount where starts read it. The usual cost of an agent is its default, else the percentile, else null.
alter table spend_habits
  add column default_nanos numeric(30) check (default_nanos >= 0),
  alter column usual_nanos drop not null;

-- A cap in shadow mode that would refuse starts if it were enforced.
alter table spend_caps add column is_shadow boolean not null default false;
update spend_caps c set is_shadow = true from risk_policies p
where p.workspace_id = c.workspace_id and p.id = c.id and p.mode = 'shadow' and p.action_type <> 'alert_only';
alter table spend_caps alter column is_shadow drop default, add check (not (is_shadow and is_binding));

-- `fired_at` alone says whether a policy may fire: a new generation clears it.
alter table risk_policies drop column generation;

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
    (select percentile_disc(0.9) within group (order by n) from unnest(latest) n))
  on conflict (workspace_id, agent_id) do update set recent_nanos = excluded.recent_nanos,
    recent_tasks = excluded.recent_tasks, usual_nanos = coalesce(spend_habits.default_nanos, excluded.usual_nanos);
  return null;
end $$;

-- Where the estimate of a start comes from; `start_estimate` computes it. An agent that created the task cannot estimate it below
-- its usual cost, so then the estimate is not that of the task.
create function estimate_source(task tasks, default_cost numeric, usual numeric) returns text
language sql immutable parallel safe as $$
  select case
    when task.budget_nanos < greatest(coalesce(task.estimated_cost_nanos, usual, 0),
      case when task.created_by_agent_id is not null then usual end) then 'budget'
    when task.estimated_cost_nanos is not null
      and (task.created_by_agent_id is null or usual is null or usual <= task.estimated_cost_nanos) then 'task'
    when default_cost is not null then 'agent'
    when usual is not null then 'attempts'
    else 'none'
  end
$$;

-- The amount of the day: on a later day than that of the cap it is zero.
create function cap_used(cap spend_caps, at timestamptz) returns numeric
language sql immutable parallel safe as $$
  select case when cap.day >= (at at time zone 'UTC')::date then cap.used_nanos else 0 end
$$;

-- The cap with a top-up that has not ended.
create function cap_limit(cap spend_caps, at timestamptz) returns numeric
language sql immutable parallel safe as $$
  select cap.cap_nanos + case when cap.top_up_until > at then cap.top_up_nanos else 0 end
$$;

-- Usage without a price of today blocks a cap that says so.
create function cap_is_unpriced(cap spend_caps, at timestamptz) returns boolean
language sql immutable parallel safe as $$
  select cap.blocks_unpriced and cap.unpriced_events > 0 and cap.day >= (at at time zone 'UTC')::date
$$;

create or replace function cap_left(cap spend_caps, at timestamptz) returns numeric
language sql immutable parallel safe as $$
  select case when cap_is_unpriced(cap, at) then -1 else cap_limit(cap, at) - cap_used(cap, at) - cap.reserved_nanos end
$$;
