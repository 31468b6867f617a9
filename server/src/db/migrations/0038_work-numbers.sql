-- The numbers of the work in all workspaces, for monitors. It reads the sums that are kept, the open tasks that run or
-- are blocked, and the first queued task of each workspace; it never reads tasks that have ended.
create function read_work() returns table (queued bigint, running bigint, blocked bigint, oldest_queued_seconds bigint,
  replies_overdue bigint, agents_online bigint)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select greatest(0, o.open - t.running - t.blocked), t.running, t.blocked, t.waited, m.overdue, a.online
  from
    (select coalesce(sum(case side when 'made' then tasks else -tasks end), 0)::bigint as open
     from open_tasks where scope_id = workspace_id) o,
    (select coalesce(sum(r.tasks), 0)::bigint as running, coalesce(sum(b.tasks), 0)::bigint as blocked,
       coalesce(extract(epoch from bailiwick_now() - min(q.created_at)), 0)::bigint as waited
     from workspaces w
     cross join lateral (select count(*) as tasks from tasks
       where workspace_id = w.workspace_id and status = 'running') r
     cross join lateral (select count(*) as tasks from tasks
       where workspace_id = w.workspace_id and status = 'blocked') b
     left join lateral (select created_at from tasks
       where workspace_id = w.workspace_id and status = 'queued' order by id limit 1) q on true) t,
    (select count(*) as overdue from messages
     where reply_by is not null and replied_at is null and reply_by < bailiwick_now()) m,
    (select count(*) as online from agent_presence where last_seen_at > bailiwick_now() - interval '60 seconds') a
$$;
revoke all on function read_work from public;
grant execute on function read_work to bailiwick_app;
