-- Checkpoints leave the server on a cadence: as a fact, which webhooks send, as a mail to the owner, and as files.
alter table audit_trees
  add column published_at timestamptz(3) not null default bailiwick_now(),
  add column published_size bigint not null default 0;

-- The workspaces whose newest published checkpoint is older, with facts since then other than the one that published it.
create function bailiwick_publishing_due(days int) returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select workspace_id from audit_trees
  where size > published_size + 1 and published_at <= bailiwick_now() - make_interval(days => days)
  order by published_at limit 1000
$$;
revoke all on function bailiwick_publishing_due(int) from public;
grant execute on function bailiwick_publishing_due(int) to bailiwick_app;

-- Checkpoints that were signed since a time, oldest first.
create function bailiwick_checkpoints_since(since timestamptz)
returns table (workspace_id uuid, checkpoint text, size bigint, sealed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.workspace_id, t.checkpoint, t.size, t.sealed_at from audit_trees t
  where t.sealed_at >= since order by t.sealed_at limit 1000
$$;
revoke all on function bailiwick_checkpoints_since(timestamptz) from public;
grant execute on function bailiwick_checkpoints_since(timestamptz) to bailiwick_app;
