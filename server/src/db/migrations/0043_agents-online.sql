-- Counts as online the agents whose presence is online: `presenceState` of the agents decides the same.
create or replace function read_work() returns table (queued bigint, running bigint, blocked bigint, oldest_queued_seconds bigint,
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
    (select count(*) as online from agent_presence p
     left join gates g on g.workspace_id = p.workspace_id and g.agent_id = p.agent_id
     where p.last_seen_at > bailiwick_now() - interval '2 minutes'
       and (p.last_seen_at > bailiwick_now() - interval '30 seconds' or g.lease_lost_at is null
         or g.lease_lost_at <= p.last_seen_at)) a
$$;
