-- When the tier was last said to be what it is. News of billing that is older than that changes nothing: deliveries come
-- late, twice and out of order.
alter table workspaces add column tier_as_of timestamptz(3);
grant update (tier_as_of) on workspaces to bailiwick_app;

-- For the operator alone, who works as the login role.
create function list_all_workspaces(after_id uuid, max_rows int)
returns table (id uuid, name text, tier_name text, owner_email text, members int, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select w.workspace_id, w.name, w.tier_name, u.email,
    (select count(*)::int from members c where c.workspace_id = w.workspace_id and c.ended_at is null), w.created_at
  from workspaces w
    left join members m on m.workspace_id = w.workspace_id and m.role = 'owner' and m.ended_at is null
    left join users u on u.id = m.user_id
  where after_id is null or w.workspace_id > after_id
  order by w.workspace_id limit max_rows
$$;
revoke all on function list_all_workspaces from public;
