-- The open invitation of a link's token, for a reader who is not known yet. No row when it is unknown, ended or expired.
create function preview_invitation(the_hash text)
returns table (workspace_name text, role text, inviter_name text, inviter_email text, expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select w.name, i.role, u.name, u.email, i.expires_at from invitations i
  join workspaces w on w.workspace_id = i.workspace_id
  join users u on u.id = i.invited_by_user_id
  where i.token_hash = the_hash and i.status = 'open' and i.expires_at > bailiwick_now()
$$;
revoke all on function preview_invitation(text) from public;
grant execute on function preview_invitation(text) to bailiwick_app;
