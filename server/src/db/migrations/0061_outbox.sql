-- Everything that leaves the server: webhooks of programs, and channels to people. The rows are written from the log of
-- facts, claimed, sent outside any transaction, and marked.
create table outbox_targets (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  role text not null check (role in ('webhook', 'channel')),
  kind text not null check (kind in ('webhook', 'slack', 'email')),
  name text not null check (length(name) <= 500),
  -- The address of a webhook; of a channel only so much that people recognise it.
  shown text not null check (length(shown) <= 2000),
  sealed_address text,
  fact_types text[] not null,
  purposes text[] not null,
  is_enabled boolean not null,
  disabled_reason text,
  -- Facts before this time are not sent.
  enabled_at timestamptz(3) not null,
  sealed_secret text,
  sealed_previous text,
  previous_until timestamptz(3),
  consecutive_failures int not null,
  last_status int,
  last_error text,
  last_delivered_at timestamptz(3),
  -- The rows of the outbox that are neither delivered nor dead.
  pending int not null check (pending >= 0),
  created_at timestamptz(3) not null,
  deleted_at timestamptz(3),
  primary key (workspace_id, id),
  check ((role = 'channel') = (sealed_address is not null) or deleted_at is not null),
  check (is_enabled = (disabled_reason is null))
);
create index outbox_targets_pending on outbox_targets (workspace_id, id) where pending > 0;
create index outbox_targets_deleted on outbox_targets (deleted_at) where deleted_at is not null;
alter table outbox_targets enable row level security;
create policy workspace on outbox_targets using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on outbox_targets to bailiwick_app;

create table outbox (
  workspace_id uuid not null,
  id uuid not null,
  target_id uuid not null,
  -- Facts of one subject are sent to one target in this order.
  place bigint generated always as identity,
  fact_id uuid not null,
  fact_type text not null,
  subject_id uuid not null,
  -- The place of the fact in the log; null where the fact was stored with this row.
  fact_seq bigint,
  status text not null check (status in ('pending', 'delivered', 'dead')),
  attempt int not null,
  -- Failures since the row was last put into the outbox, which decide the next wait.
  failures int not null,
  -- Null while an earlier fact of the same subject waits. While the row is being sent, the end of its lease.
  next_attempt_at timestamptz(3),
  is_sending boolean not null,
  response_status int,
  response_start text,
  error text,
  created_at timestamptz(3) not null,
  finished_at timestamptz(3),
  primary key (workspace_id, id),
  foreign key (workspace_id, target_id) references outbox_targets,
  check ((status = 'pending') = (finished_at is null)),
  check (status = 'pending' or next_attempt_at is null),
  check (status = 'pending' or not is_sending)
);
create index outbox_due on outbox (workspace_id, target_id, next_attempt_at) where status = 'pending';
create index outbox_subjects on outbox (workspace_id, target_id, subject_id, place) where status = 'pending';
create index outbox_of_target on outbox (workspace_id, target_id, id);
create index outbox_finished on outbox (finished_at) where finished_at is not null;
alter table outbox enable row level security;
create policy workspace on outbox using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on outbox to bailiwick_app;

-- The place in the log up to which facts are in the outbox.
create table outbox_positions (
  workspace_id uuid not null references workspaces,
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  primary key (workspace_id)
);
alter table outbox_positions enable row level security;
create policy workspace on outbox_positions using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on outbox_positions to bailiwick_app;

alter table outbox_targets alter column workspace_id set (n_distinct = 1);
alter table outbox alter column workspace_id set (n_distinct = 1);

-- The workspaces with facts that are not in the outbox yet, where a target is enabled.
create function bailiwick_outbox_facts_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select p.workspace_id from outbox_positions p
  where exists (select from outbox_targets t where t.workspace_id = p.workspace_id and t.is_enabled and t.deleted_at is null)
    and (p.epoch <> (select epoch from installation) or exists (
      select from facts f where f.workspace_id = p.workspace_id and (f.xid, f.seq) > (p.xid, p.seq)
        and f.xid < pg_snapshot_xmin(pg_current_snapshot())))
$$;
revoke all on function bailiwick_outbox_facts_due() from public;
grant execute on function bailiwick_outbox_facts_due() to bailiwick_app;

-- The targets with a row to send now.
create function bailiwick_outbox_due() returns table (workspace uuid, target uuid)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.workspace_id, t.id from outbox_targets t
  where t.pending > 0 and t.is_enabled and t.deleted_at is null and exists (
    select from outbox o where o.workspace_id = t.workspace_id and o.target_id = t.id and o.status = 'pending'
      and o.next_attempt_at <= bailiwick_now())
$$;
revoke all on function bailiwick_outbox_due() from public;
grant execute on function bailiwick_outbox_due() to bailiwick_app;

-- Deliveries are kept for 30 days; those of a deleted target go at once.
create function bailiwick_forget_deliveries(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with finished as (
    select o.workspace_id, o.id from outbox o where o.finished_at < bailiwick_now() - interval '30 days'
    order by o.finished_at limit most for update skip locked
  ), ended as (
    select o.workspace_id, o.id from outbox_targets t join outbox o on o.workspace_id = t.workspace_id and o.target_id = t.id
    where t.deleted_at is not null limit most for update of o skip locked
  ), old as (
    select workspace_id, id from finished union select workspace_id, id from ended
  ), few as (select workspace_id, id from old limit most), gone as (
    delete from outbox o using few where o.workspace_id = few.workspace_id and o.id = few.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_deliveries(int) from public;
grant execute on function bailiwick_forget_deliveries(int) to bailiwick_app;

-- Rows that wait for a disabled target are kept for 30 days too.
create function bailiwick_forget_held_deliveries(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with held as (
    select t.workspace_id, t.id from outbox_targets t
    where not t.is_enabled and t.deleted_at is null and t.pending > 0 for update skip locked
  ), old as (
    select o.workspace_id, o.id, o.target_id from held h join outbox o on o.workspace_id = h.workspace_id and o.target_id = h.id
    where o.status = 'pending' and o.created_at < bailiwick_now() - interval '30 days' limit most
  ), gone as (
    delete from outbox o using old where o.workspace_id = old.workspace_id and o.id = old.id returning o.workspace_id, o.target_id
  ), counted as (
    update outbox_targets t set pending = t.pending - g.rows
    from (select workspace_id, target_id, count(*)::int as rows from gone group by 1, 2) g
    where t.workspace_id = g.workspace_id and t.id = g.target_id returning 1
  )
  select (select count(*)::int from gone) + 0 * (select count(*)::int from counted)
$$;
revoke all on function bailiwick_forget_held_deliveries(int) from public;
grant execute on function bailiwick_forget_held_deliveries(int) to bailiwick_app;

-- Targets that were deleted and have no rows left.
create function bailiwick_forget_targets(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select t.workspace_id, t.id from outbox_targets t
    where t.deleted_at < bailiwick_now() - interval '1 hour'
      and not exists (select from outbox o where o.workspace_id = t.workspace_id and o.target_id = t.id)
    limit most for update skip locked
  ), gone as (
    delete from outbox_targets t using old where t.workspace_id = old.workspace_id and t.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_targets(int) from public;
grant execute on function bailiwick_forget_targets(int) to bailiwick_app;
