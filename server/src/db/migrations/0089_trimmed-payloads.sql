-- Large data of old facts is deleted. The fact, its short fields and its leaf stay, so the record still verifies.

-- How far the large data of the sealed facts of a workspace is trimmed.
create table audit_trimming (
  workspace_id uuid primary key references workspaces,
  -- The leaves before were looked at.
  leaf bigint not null default 0 check (leaf >= 0),
  -- The end of the last complete round.
  swept_at timestamptz(3)
);
alter table audit_trimming enable row level security;
create policy workspace on audit_trimming using (workspace_id = (select bailiwick_workspace()));

-- The workspaces with sealed facts that were not looked at in the last hour.
create function bailiwick_trimming_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.workspace_id from audit_trees t left join audit_trimming d on d.workspace_id = t.workspace_id
  where t.size > coalesce(d.leaf, 0) and (d.swept_at is null or d.swept_at < bailiwick_now() - interval '55 minutes')
  order by d.swept_at nulls first
$$;

-- Looks at up to `most` leaves of the present workspace, in their order, and deletes the large data of facts before the day
-- `first`. The day is never later than the workspace's floor, nor than 7 days ago, whatever the caller says; `before` is the
-- day that was used. A late result stays: it exists only in its fact, and a person may still accept it.
-- `is_done` is true when no older leaf is left. Returns no row when another process does this work or has done it.
-- A plan without statistics would read all facts for each part.
create function bailiwick_trim_payloads(first date, most int, out before date, out facts int, out bytes bigint, out is_done boolean)
returns setof record
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set enable_seqscan = off set enable_bitmapscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  ws uuid := bailiwick_workspace();
  start timestamptz;
  from_leaf bigint;
  looked int;
  next_leaf bigint;
begin
  if most < 1 then raise 'The number of leaves must be positive.'; end if;
  insert into audit_trimming (workspace_id) values (ws) on conflict do nothing;
  select d.leaf into from_leaf from audit_trimming d
  where d.workspace_id = ws and (d.swept_at is null or d.swept_at < bailiwick_now() - interval '55 minutes')
  for update skip locked;
  if not found then return; end if;
  -- Who raises the floor waits for this transaction, or it sees the new floor.
  perform from obs_retention r where r.workspace_id = ws for share;
  before := least(first, (bailiwick_now() at time zone 'UTC')::date
    - greatest(7, coalesce((select r.floor_days from obs_retention r where r.workspace_id = ws), 0)));
  start := before::timestamp at time zone 'UTC';

  with page as (
    select l.leaf, l.fact_id, f.type, f.created_at from audit_leaves l
    join public.facts f on f.workspace_id = ws and f.seq = l.seq
    where l.workspace_id = ws and l.leaf >= from_leaf order by l.leaf limit most
  ), old as (
    select * from page p where p.leaf < coalesce((select min(young.leaf) from page young where young.created_at >= start), p.leaf + 1)
  ), gone as (
    delete from fact_payloads p using old where old.type <> 'task.late_result' and p.workspace_id = ws
      and p.fact_id = old.fact_id
    returning pg_column_size(p.payload) as size
  )
  select (select count(*) from old), (select max(leaf) + 1 from old), (select count(*) from gone),
    (select coalesce(sum(size), 0) from gone)
  into looked, next_leaf, facts, bytes;
  is_done := looked < most;
  update audit_trimming d set leaf = coalesce(next_leaf, from_leaf),
    swept_at = case when is_done then bailiwick_now() else d.swept_at end
  where d.workspace_id = ws;
  return next;
end $$;
revoke all on function bailiwick_trimming_due(), bailiwick_trim_payloads(date, int) from public;
grant execute on function bailiwick_trimming_due(), bailiwick_trim_payloads(date, int) to bailiwick_app;
