-- Checkpoints of all workspaces would be published at one moment when they became due at one moment, such as after an outage.
-- Each workspace has its own second of the day: a publication counts as of the last such second, so the next one comes there.
create function bailiwick_publishing_slot(the_workspace uuid, at timestamptz) returns timestamptz(3)
language sql immutable as $$
  select to_timestamp(floor((extract(epoch from at) - second) / 86400) * 86400 + second)
  from (select ('x' || substr(md5(the_workspace::text), 1, 7))::bit(28)::int % 86400 as second) s
$$;
grant execute on function bailiwick_publishing_slot(uuid, timestamptz) to bailiwick_app;

update audit_trees set published_at = bailiwick_publishing_slot(workspace_id, published_at);
