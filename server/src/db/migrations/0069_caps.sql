-- Caps on the spending of agents and workspaces. Starts reserve their estimate from every cap above them, and events settle it
-- with the real cost. Every transaction that changes a cap of a workspace first locks all of them in the order of their ids, and
-- takes no other lock afterwards.
create table spend_caps (
  workspace_id uuid not null references workspaces,
  -- The id of the policy.
  id uuid not null,
  -- Null for the whole workspace.
  agent_id uuid,
  -- Starts that do not fit are refused. Otherwise the cap only counts.
  is_binding boolean not null,
  is_list boolean not null,
  blocks_unpriced boolean not null,
  cap_nanos numeric(30) not null check (cap_nanos >= 0),
  top_up_nanos numeric(30) not null default 0 check (top_up_nanos >= 0),
  top_up_until timestamptz(3),
  -- The day (UTC) that the next four columns are about. On a later day they count as zero.
  day date not null,
  used_nanos numeric(30) not null default 0,
  unpriced_events bigint not null default 0,
  warned_percent int not null default 0 check (warned_percent in (0, 75, 95)),
  is_crossed boolean not null default false,
  warned_at timestamptz(3),
  -- The rests of the reservations in the scope of the cap, in its measure.
  reserved_nanos numeric(30) not null default 0 check (reserved_nanos >= 0),
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check ((top_up_nanos = 0) = (top_up_until is null))
);
alter table spend_caps enable row level security;
create policy workspace on spend_caps using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on spend_caps to bailiwick_app;
alter table spend_caps alter column workspace_id set (n_distinct = 1);

-- The reservation of each running task that began under a cap.
create table spend_reservations (
  workspace_id uuid not null,
  task_id uuid not null,
  agent_id uuid not null,
  estimate_nanos numeric(30) not null check (estimate_nanos >= 0),
  -- The part that no event has used yet, of the billed and of the listed cost.
  left_nanos numeric(30) not null check (left_nanos between 0 and estimate_nanos),
  left_list_nanos numeric(30) not null check (left_list_nanos between 0 and estimate_nanos),
  spent_nanos numeric(30) not null default 0,
  primary key (workspace_id, task_id),
  foreign key (workspace_id, task_id) references tasks
);
create index spend_reservations_agent on spend_reservations (workspace_id, agent_id);
alter table spend_reservations enable row level security;
create policy workspace on spend_reservations using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update, delete on spend_reservations to bailiwick_app;

-- The costs of the latest attempts of each agent under a cap, newest first, with their tasks, and the 90th percentile. A cost
-- that comes after the end of its attempt is added to the latest attempt of its task.
create table spend_habits (
  workspace_id uuid not null,
  agent_id uuid not null,
  recent_nanos numeric(30)[] not null,
  recent_tasks uuid[] not null,
  usual_nanos numeric(30) not null,
  primary key (workspace_id, agent_id),
  foreign key (workspace_id, agent_id) references agents
);
alter table spend_habits enable row level security;
create policy workspace on spend_habits using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on spend_habits to bailiwick_app;

-- The estimate of the running attempt that a cap has reserved; null when no cap applied.
alter table tasks add column cap_estimate_nanos numeric(30);

-- The remaining amount of a cap. A transaction that began before midnight may see a cap of the new day. Negative when it is exceeded, or when usage without a price blocks it.
create function cap_left(cap spend_caps, at timestamptz) returns numeric
language sql immutable parallel safe as $$
  select case when cap.blocks_unpriced and cap.unpriced_events > 0 and cap.day >= (at at time zone 'UTC')::date then -1
    else cap.cap_nanos + case when cap.top_up_until > at then cap.top_up_nanos else 0 end
      - case when cap.day >= (at at time zone 'UTC')::date then cap.used_nanos else 0 end - cap.reserved_nanos end
$$;

-- The least that is left under the caps above an agent; null without a cap.
create function caps_left(the_workspace uuid, the_agent uuid, at timestamptz) returns numeric
language sql stable parallel safe as $$
  select min(cap_left(c, at)) from spend_caps c
  where c.workspace_id = the_workspace and c.is_binding and (c.agent_id is null or c.agent_id = the_agent)
$$;

-- The estimated cost of a start: that of the task, else the usual cost of its agent, at most the budget of the task. A task that
-- an agent created cannot be estimated below the usual cost.
create function start_estimate(task tasks, usual numeric) returns numeric
language sql immutable parallel safe as $$
  select least(greatest(coalesce(task.estimated_cost_nanos, usual, 0),
    case when task.created_by_agent_id is not null then usual end), task.budget_nanos)
$$;

-- Returns the reservation of an attempt that ended. It runs at the commit, so that the locks on caps are always the last.
create function bailiwick_release_reservation() returns trigger
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
    recent_tasks = excluded.recent_tasks, usual_nanos = excluded.usual_nanos;
  return null;
end $$;

create constraint trigger spend_release after update of status on tasks deferrable initially deferred for each row
  when (old.cap_estimate_nanos is not null and old.status = 'running' and new.status <> 'running')
  execute function bailiwick_release_reservation();
