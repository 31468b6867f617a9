-- How people enter and leave workspaces that are not their own.

-- Ownership is handed on whole: at no moment two owners, or none.
create unique index members_one_owner on members (workspace_id) where role = 'owner' and ended_at is null;
grant update (role, ended_at) on members to bailiwick_app;

create table invitations (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  email text not null check (email !~ '[A-Z]' and length(email) between 3 and 254),
  role text not null check (role in ('admin', 'member', 'viewer')),
  token_hash text not null unique,
  status text not null default 'open' check (status in ('open', 'accepted', 'revoked', 'replaced')),
  invited_by_user_id uuid not null,
  accepted_by_user_id uuid,
  -- An open one is dead from then on, without anybody writing so.
  expires_at timestamptz(3) not null,
  ended_at timestamptz(3),
  created_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, invited_by_user_id) references members,
  foreign key (workspace_id, accepted_by_user_id) references members,
  check (expires_at > created_at),
  check ((status = 'open') = (ended_at is null)),
  check ((status = 'accepted') = (accepted_by_user_id is not null))
);
create unique index invitations_open on invitations (workspace_id, email) where status = 'open';
create index invitations_of_sender on invitations (workspace_id, invited_by_user_id) where status = 'open';

alter table invitations enable row level security;
create policy workspace on invitations using (workspace_id = (select bailiwick_workspace()));
grant select (workspace_id, id, email, role, status, invited_by_user_id, accepted_by_user_id, expires_at, ended_at,
  created_at), insert, update (status, ended_at) on invitations to bailiwick_app;

-- Spends an invitation for the person it was sent to. No row when it is unknown, ended, expired or somebody else's.
create function accept_invitation(the_hash text, the_user uuid)
returns table (invitation_id uuid, workspace_id uuid, workspace_name text, role text, has_joined boolean)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare held invitations; joined boolean;
begin
  select i.* into held from invitations i join users u on u.id = the_user and u.email = i.email
    where i.token_hash = the_hash and i.status = 'open' and i.expires_at > bailiwick_now() for no key update of i;
  if not found then return; end if;
  insert into members as m (workspace_id, user_id, role) values (held.workspace_id, the_user, held.role)
    on conflict (workspace_id, user_id) do update
      set role = excluded.role, joined_at = bailiwick_now(), ended_at = null where m.ended_at is not null;
  joined := found;
  update invitations i set status = 'accepted', accepted_by_user_id = the_user, ended_at = bailiwick_now()
    where i.workspace_id = held.workspace_id and i.id = held.id;
  return query select held.id, w.workspace_id, w.name, m.role, joined from workspaces w
    join members m on m.workspace_id = w.workspace_id and m.user_id = the_user
    where w.workspace_id = held.workspace_id;
end
$$;

-- Whether somebody with this address is a member; for members of the workspace alone.
create function is_member_address(the_workspace uuid, the_email text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from members m join users u on u.id = m.user_id
    where m.workspace_id = the_workspace and m.ended_at is null and u.email = the_email)
$$;

-- How many workspaces a person owns. Holds the person, so that the number stays true.
create function count_owned(the_user uuid) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  select from users where id = the_user for no key update;
  select count(*)::int from members where user_id = the_user and role = 'owner' and ended_at is null
$$;

revoke all on function accept_invitation, is_member_address, count_owned from public;
grant execute on function accept_invitation, is_member_address, count_owned to bailiwick_app;
