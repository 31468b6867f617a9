-- A new workspace of the server's owner starts on the tier of the owner's own workspace. Workspaces of other people start on
-- the free tier, so nobody gets a tier that the operator did not give. Returns null when the person owns `max_owned`.
drop function create_workspace(uuid, uuid, text, int);
create function create_workspace(the_user uuid, new_workspace uuid, the_name text, max_owned int) returns text
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  select from users where id = the_user for no key update;
  select add_workspace(the_user, new_workspace, the_name, coalesce(
      (select w.tier_name from installation i join workspaces w on w.workspace_id = own_workspace(i.owner_user_id)
        where i.owner_user_id = the_user), 'free'))
    where max_owned > (select count(*) from members where user_id = the_user and role = 'owner' and ended_at is null);
  select tier_name from workspaces where workspace_id = new_workspace
$$;
revoke all on function create_workspace(uuid, uuid, text, int) from public;
grant execute on function create_workspace(uuid, uuid, text, int) to bailiwick_app;
