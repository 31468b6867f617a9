-- People, their sessions and workspaces, and the keys of agents and services.

-- Outside any workspace: no row-level security, and no rights for bailiwick_app. It calls the functions below.

create table users (
  id uuid primary key,
  -- Lower case by ASCII alone, which every collation provider does alike.
  email text not null unique check (email !~ '[A-Z]' and length(email) between 3 and 254),
  name text check (length(name) between 1 and 100),
  created_at timestamptz(3) not null default bailiwick_now()
);
alter table installation add foreign key (owner_user_id) references users;

-- One row an address, so a newer link voids the older one by taking its place.
create table sign_in_links (
  email text primary key,
  token_hash text not null unique,
  expires_at timestamptz(3) not null,
  used_at timestamptz(3),
  created_at timestamptz(3) not null default bailiwick_now(),
  check (expires_at > created_at)
);
create index sign_in_links_age on sign_in_links (expires_at);

create table sessions (
  id uuid primary key,
  user_id uuid not null references users,
  token_hash text not null unique,
  -- How long it lives unused.
  kept_for interval not null check (kept_for > interval '0'),
  ip text not null, user_agent text not null,
  last_seen_at timestamptz(3) not null default bailiwick_now(),
  expires_at timestamptz(3) not null,
  revoked_at timestamptz(3),
  created_at timestamptz(3) not null default bailiwick_now()
);
create index sessions_of_user on sessions (user_id, id);

-- The times of the requests that count, oldest first.
create table request_buckets (
  bucket text primary key,
  times timestamptz(3)[] not null default '{}',
  empty_at timestamptz(3) not null default bailiwick_now()
);
create index request_buckets_age on request_buckets (empty_at);

-- Memberships end and are never deleted: rows name a person by (workspace_id, user_id).
create table members (
  workspace_id uuid not null references workspaces,
  user_id uuid not null references users,
  role text not null check (role in ('owner', 'admin', 'member', 'viewer')),
  joined_at timestamptz(3) not null default bailiwick_now(),
  ended_at timestamptz(3),
  primary key (workspace_id, user_id),
  check (ended_at >= joined_at)
);
create index members_of_user on members (user_id, joined_at, workspace_id) where ended_at is null;

create table api_keys (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  kind text not null check (kind in ('agent', 'service')),
  agent_id uuid,
  name text not null check (length(name) between 1 and 100),
  scopes text[] not null default '{}',
  prefix text not null,
  key_hash text not null unique,
  created_by_user_id uuid,
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3),
  created_at timestamptz(3) not null default bailiwick_now(),
  primary key (workspace_id, id),
  foreign key (workspace_id, created_by_user_id) references members,
  check ((kind = 'agent') = (agent_id is not null)),
  check ((kind = 'service') = (cardinality(scopes) > 0)),
  check (expires_at > created_at)
);
create index api_keys_of_agent on api_keys (workspace_id, agent_id) where agent_id is not null;

alter table members enable row level security;
alter table api_keys enable row level security;
create policy workspace on members using (workspace_id = (select bailiwick_workspace()));
create policy workspace on api_keys using (workspace_id = (select bailiwick_workspace()));

grant select on members to bailiwick_app;
grant select (workspace_id, id, kind, agent_id, name, scopes, prefix, created_by_user_id, expires_at, revoked_at,
  last_used_at, created_at), insert, update (revoked_at, last_used_at) on api_keys to bailiwick_app;

-- Limits. Answers the seconds to wait, or null when the request was counted in every bucket. The rows stay locked, so
-- the count is exact; buckets are taken in one order, so callers never wait for each other in a circle.
create function take_request(buckets text[], per_minute int, per_hour int) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moment timestamptz(3) := bailiwick_now();
  which text;
  frees_at timestamptz;
begin
  for which in select distinct b from unnest(buckets) b order by b loop
    insert into request_buckets (bucket) values (which)
      on conflict (bucket) do update set times = request_buckets.times;
    select greatest(frees_at,
        (select t + interval '1 minute' from unnest(times) t order by t desc offset per_minute - 1 limit 1),
        (select t + interval '1 hour' from unnest(times) t order by t desc offset per_hour - 1 limit 1))
      into frees_at from request_buckets where bucket = which;
  end loop;
  if frees_at > moment then return ceil(extract(epoch from frees_at - moment)); end if;
  update request_buckets set empty_at = moment + interval '1 hour',
    times = array(select t from unnest(times) t where t > moment - interval '1 hour' order by t) || moment
    where bucket = any (buckets);
  delete from request_buckets where bucket in (select b.bucket from request_buckets b
    where b.empty_at < moment order by b.empty_at limit 10 for update skip locked);
  return null;
end
$$;

-- An address of the internet as one caller: of version 6, the network a household gets.
create function caller_network(ip text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select host(network(set_masklen(a, case family(a) when 6 then 64 else 32 end)))
  from (select regexp_replace(regexp_replace(ip, '^::ffff:([0-9.]+)$', '\1', 'i'), '%.*$', '')::inet as a) as address
$$;

create function issue_sign_in_link(the_email text, the_hash text, kept_for interval) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into sign_in_links (email, token_hash, expires_at) values (the_email, the_hash, bailiwick_now() + kept_for)
    on conflict (email) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at,
      used_at = null, created_at = excluded.created_at;
  delete from sign_in_links where email in (select l.email from sign_in_links l
    where l.expires_at < bailiwick_now() - interval '1 day' order by l.expires_at limit 10 for update skip locked)
$$;

-- The workspace that is a person's own: the first they own.
create function own_workspace(the_user uuid) returns uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select workspace_id from members where user_id = the_user and role = 'owner' and ended_at is null
  order by joined_at, workspace_id limit 1
$$;

create function add_workspace(the_user uuid, new_workspace uuid, the_name text, the_tier text) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  insert into workspaces (workspace_id, name, tier_name) values (new_workspace, the_name, the_tier);
  insert into members (workspace_id, user_id, role) values (new_workspace, the_user, 'owner')
$$;

-- The person with this address, made when new, together with a workspace of their own.
create function ensure_person(the_email text, new_user uuid, new_workspace uuid, the_tier text) returns uuid
language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare person uuid;
begin
  insert into users (id, email) values (new_user, the_email) on conflict (email) do nothing;
  -- Whoever signs in with the same address at the same time waits here, so there is one workspace.
  select id into person from users where email = the_email for no key update;
  perform add_workspace(person, new_workspace, left(split_part(the_email, '@', 1), 100), the_tier)
    where own_workspace(person) is null;
  return person;
end
$$;

create function open_session(the_user uuid, new_session uuid, the_hash text, the_time interval, the_ip text, agent text)
returns void language sql set search_path = pg_catalog, public, pg_temp as $$
  delete from sessions
    where user_id = the_user and least(expires_at, revoked_at) < bailiwick_now() - interval '30 days';
  insert into sessions (id, user_id, token_hash, kept_for, ip, user_agent, expires_at)
    values (new_session, the_user, the_hash, the_time, the_ip, agent, bailiwick_now() + the_time)
$$;

-- Sign-in: spends the link, makes the person when new, opens a session and closes the one that was presented.
-- No row when the link is unknown, used, voided or expired.
create function redeem_sign_in_link(link_hash text, new_user uuid, new_workspace uuid, owner_email text,
  new_session uuid, session_hash text, kept_for interval, ip text, user_agent text, presented_hash text)
returns table (user_id uuid, email text, workspace_id uuid, workspace_name text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare the_email text; person uuid;
begin
  update sign_in_links set used_at = bailiwick_now()
    where token_hash = link_hash and used_at is null and expires_at > bailiwick_now() returning email into the_email;
  if not found then return; end if;
  person := ensure_person(the_email, new_user, new_workspace,
    case the_email when owner_email then 'agency' else 'free' end);
  update sessions set revoked_at = bailiwick_now() where token_hash = presented_hash and revoked_at is null;
  perform open_session(person, new_session, session_hash, kept_for, ip, user_agent);
  return query select person, the_email, w.workspace_id, w.name from workspaces w
    where w.workspace_id = own_workspace(person);
end
$$;

-- The person this installation belongs to, made when new.
create function ensure_owner(owner_email text, new_user uuid, new_workspace uuid) returns uuid
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update installation set owner_user_id = ensure_person(owner_email, new_user, new_workspace, 'agency')
  returning owner_user_id
$$;

-- A session for the person this installation belongs to, for whoever can reach its database anyway.
create function open_owner_session(owner_email text, new_user uuid, new_workspace uuid, new_session uuid,
  session_hash text, kept_for interval) returns uuid
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  select ensure_owner(owner_email, new_user, new_workspace) from installation where owner_user_id is null;
  select open_session(owner_user_id, new_session, session_hash, kept_for, 'local', 'bailiwick') from installation;
  select own_workspace(owner_user_id) from installation
$$;

-- A session that is good, with the membership in the chosen workspace, their own unless told; null when they have none
-- there. Use prolongs it, written at most once a minute.
create function find_session(the_hash text, chosen uuid)
returns table (user_id uuid, workspace_id uuid, role text, expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare held record;
begin
  select s.id, s.user_id, s.last_seen_at, s.expires_at into held from sessions s
    where s.token_hash = the_hash and s.revoked_at is null and s.expires_at > bailiwick_now();
  if not found then return; end if;
  if held.last_seen_at < bailiwick_now() - interval '1 minute' then
    update sessions s set last_seen_at = bailiwick_now(), expires_at = bailiwick_now() + s.kept_for
      where s.id = held.id and s.revoked_at is null and s.last_seen_at = held.last_seen_at;
  end if;
  return query select held.user_id, m.workspace_id, m.role, held.expires_at
    from (select coalesce(chosen, own_workspace(held.user_id)) as id) as asked
    left join members m on m.workspace_id = asked.id and m.user_id = held.user_id and m.ended_at is null;
end
$$;

create function list_sessions(the_user uuid, before uuid, max_rows int)
returns table (id uuid, ip text, user_agent text, created_at timestamptz, last_seen_at timestamptz,
  expires_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select s.id, s.ip, s.user_agent, s.created_at, s.last_seen_at, s.expires_at from sessions s
  where s.user_id = the_user and s.revoked_at is null and s.expires_at > bailiwick_now()
    and (before is null or s.id < before)
  order by s.id desc limit max_rows
$$;

-- Whether it was good until now; no row when the person has no such session.
create function revoke_session(the_user uuid, the_session uuid) returns table (was_open boolean)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update sessions s set revoked_at = coalesce(held.revoked_at, bailiwick_now())
  from (select id, revoked_at from sessions where id = the_session and user_id = the_user for update) as held
  where s.id = held.id returning held.revoked_at is null
$$;

-- Sign-out: whose session it was, if it was a good one.
create function close_session(the_hash text) returns table (id uuid, user_id uuid, workspace_id uuid)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update sessions s set revoked_at = bailiwick_now()
  where s.token_hash = the_hash and s.revoked_at is null and s.expires_at > bailiwick_now()
  returning s.id, s.user_id, own_workspace(s.user_id)
$$;

create function find_key(the_hash text)
returns table (workspace_id uuid, id uuid, kind text, agent_id uuid, scopes text[], expires_at timestamptz,
  last_used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select k.workspace_id, k.id, k.kind, k.agent_id, k.scopes, k.expires_at, k.last_used_at from api_keys k
  where k.key_hash = the_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > bailiwick_now())
$$;

create function find_person(the_user uuid) returns table (id uuid, email text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.id, u.email from users u where u.id = the_user
$$;

create function list_workspaces(the_user uuid, after_joined timestamptz, after_id uuid, max_rows int)
returns table (id uuid, name text, role text, tier_name text, joined_at timestamptz, created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select w.workspace_id, w.name, m.role, w.tier_name, m.joined_at, w.created_at
  from members m join workspaces w on w.workspace_id = m.workspace_id
  where m.user_id = the_user and m.ended_at is null
    and (after_id is null or (m.joined_at, m.workspace_id) > (after_joined, after_id))
  order by m.joined_at, m.workspace_id limit max_rows
$$;

-- False when the person owns as many as anybody may.
create function create_workspace(the_user uuid, new_workspace uuid, the_name text, max_owned int) returns boolean
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  select from users where id = the_user for no key update;
  select add_workspace(the_user, new_workspace, the_name, 'free') where max_owned >
    (select count(*) from members where user_id = the_user and role = 'owner' and ended_at is null);
  select exists (select from members where workspace_id = new_workspace)
$$;

-- The people of a workspace, for one of them; for others there is nobody.
create function list_members(reader uuid, the_workspace uuid, after_joined timestamptz, after_id uuid, max_rows int)
returns table (user_id uuid, email text, name text, role text, joined_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select m.user_id, u.email, u.name, m.role, m.joined_at from members m join users u on u.id = m.user_id
  where m.workspace_id = the_workspace and m.ended_at is null and exists (select from members r
      where r.workspace_id = the_workspace and r.user_id = reader and r.ended_at is null)
    and (after_id is null or (m.joined_at, m.user_id) > (after_joined, after_id))
  order by m.joined_at, m.user_id limit max_rows
$$;

revoke all on function take_request, issue_sign_in_link, own_workspace, add_workspace, ensure_person, open_session,
  redeem_sign_in_link, ensure_owner, open_owner_session, find_session, list_sessions, revoke_session, close_session,
  find_key, find_person, list_workspaces, create_workspace, list_members from public;
grant execute on function take_request, issue_sign_in_link, own_workspace, redeem_sign_in_link, ensure_owner,
  open_owner_session, find_session, list_sessions, revoke_session, close_session, find_key, find_person,
  list_workspaces, create_workspace, list_members to bailiwick_app;
