-- Work that goes up: who had it before, and when it goes on if nobody begins with it.
alter table tasks
  -- Oldest first; nobody gets it twice. Assigning it to somebody begins anew.
  add column escalated_from uuid[] not null default '{}',
  add column escalates_at timestamptz(3),
  -- How long each level has.
  add column escalation_seconds int check (escalation_seconds between 10 and 604800),
  add check (escalates_at is null or escalation_seconds is not null),
  add check (blocked_by <> 'escalation' or cardinality(escalated_from) > 0);
create index tasks_escalating on tasks (escalates_at) where escalates_at is not null and status = 'queued';
create index tasks_escalated on tasks (workspace_id, assigned_to_agent_id)
  where cardinality(escalated_from) > 0 and status in ('queued', 'running', 'blocked');

create or replace function bailiwick_task_work_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public as $$
  select workspace_id from public.tasks where lease_expires_at <= public.bailiwick_now()
  union
  select workspace_id from public.tasks
    where due_at <= public.bailiwick_now() and overdue_at is null and status in ('queued', 'running', 'blocked')
  union
  select workspace_id from public.tasks where escalates_at <= public.bailiwick_now() and status = 'queued'
  union
  select workspace_id from public.tasks where blocked_by = 'guard'
$$;

-- What waits for money, for whoever asks why nobody takes it.
create index tasks_paid on tasks (workspace_id, id) where status = 'queued' and budget_task_id is not null;
