-- The number of facts of each type in each five minutes. A job counts up to a mark in the order of transactions; a reader
-- adds the facts behind the mark. So a count is exact at any time and reads few facts.
create table fact_counts (
  workspace_id uuid not null references workspaces,
  at timestamptz(3) not null,
  type text not null,
  facts bigint not null check (facts > 0),
  primary key (workspace_id, at, type)
);
create table fact_marks (
  workspace_id uuid not null references workspaces,
  -- Numbers of transactions mean nothing in another installation, for example after a restore.
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  primary key (workspace_id)
);
alter table fact_counts enable row level security;
create policy workspace on fact_counts using (workspace_id = (select bailiwick_workspace()));
alter table fact_marks enable row level security;
create policy workspace on fact_marks using (workspace_id = (select bailiwick_workspace()));
grant select on fact_counts, fact_marks to bailiwick_app;

-- Counts the facts of one workspace behind its mark, at most this many. Facts of transactions that may still run wait.
-- Returns the number of counted facts.
create function bailiwick_count_facts_of(of_workspace uuid, most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  mark fact_marks;
  this_epoch uuid := (select epoch from installation);
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  counted int;
begin
  insert into fact_marks values (of_workspace, this_epoch, '0', 0) on conflict do nothing;
  select * into mark from fact_marks where workspace_id = of_workspace for update skip locked;
  if not found then return 0; end if;
  if mark.epoch <> this_epoch then
    delete from fact_counts where workspace_id = of_workspace;
    mark.xid := '0';
    mark.seq := 0;
  end if;
  with behind as materialized (
    select f.xid, f.seq, f.type, f.created_at from facts f
    where f.workspace_id = of_workspace and (f.xid, f.seq) > (mark.xid, mark.seq) and f.xid < horizon
    order by f.xid, f.seq limit most
  ), added as (
    insert into fact_counts (workspace_id, at, type, facts)
    select of_workspace, date_bin('5 minutes', b.created_at, 'epoch'::timestamptz), b.type, count(*) from behind b
    group by 2, 3 order by 2, 3
    on conflict (workspace_id, at, type) do update set facts = fact_counts.facts + excluded.facts
  ), last as (
    select b.xid, b.seq from behind b order by b.xid desc, b.seq desc limit 1
  )
  update fact_marks m set epoch = this_epoch, xid = coalesce(l.xid, mark.xid), seq = coalesce(l.seq, mark.seq)
  from (select count(*)::int as facts from behind) n left join last l on true
  where m.workspace_id = of_workspace
  returning n.facts into counted;
  return counted;
end $$;

-- Counts facts of all workspaces, at most this many. Returns the number of counted facts.
create function bailiwick_count_facts(most int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  of_workspace uuid;
  counted int := 0;
begin
  for of_workspace in
    select w.workspace_id from workspaces w left join fact_marks m on m.workspace_id = w.workspace_id
      and m.epoch = (select epoch from installation)
    where exists (select from facts f where f.workspace_id = w.workspace_id
      and (f.xid, f.seq) > (coalesce(m.xid, '0'), coalesce(m.seq, 0))
      and f.xid < pg_snapshot_xmin(pg_current_snapshot()))
  loop
    exit when counted >= most;
    counted := counted + bailiwick_count_facts_of(of_workspace, most - counted);
  end loop;
  return counted;
end $$;

-- No range of a reader is longer than these days.
create function bailiwick_forget_fact_counts(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select ctid from fact_counts where at < bailiwick_now() - interval '35 days' limit most
  ), gone as (
    delete from fact_counts c using old where c.ctid = old.ctid returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_count_facts_of(uuid, int), bailiwick_count_facts(int),
  bailiwick_forget_fact_counts(int) from public;
grant execute on function bailiwick_count_facts(int), bailiwick_forget_fact_counts(int) to bailiwick_app;
