-- Counts the facts of each type since a time: the counts of the job, and the facts behind its mark. The function has one
-- snapshot, so no fact is counted twice. The mark is a value when the second part is planned, so the plan begins at it.
create function bailiwick_count_since(of_workspace uuid, since timestamptz) returns table (type text, facts float8)
language plpgsql stable set search_path = pg_catalog, public, pg_temp as $$
declare
  mark_xid xid8;
  mark_seq bigint;
begin
  -- A mark of another installation is from a backup: the job counts again, and until then the facts are counted here.
  select m.xid, m.seq into mark_xid, mark_seq from fact_marks m join installation i on i.epoch = m.epoch
  where m.workspace_id = of_workspace;
  return query select n.type, sum(n.facts)::float8 from (
    select c.type, c.facts from fact_counts c
    where c.workspace_id = of_workspace and c.at >= since and mark_xid is not null
    union all
    select f.type, 1 from facts f where f.workspace_id = of_workspace and f.created_at >= since
      and (f.xid, f.seq) > (coalesce(mark_xid, '0'), coalesce(mark_seq, 0))
  ) n group by n.type order by n.type;
end $$;
revoke all on function bailiwick_count_since(uuid, timestamptz) from public;
grant execute on function bailiwick_count_since(uuid, timestamptz) to bailiwick_app;
