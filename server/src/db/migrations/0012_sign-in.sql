-- Sign-in in two steps: a proof of an address, and whoever has it. Sessions know which one is in use, a person has a
-- name, and what is of no use any more is cleared away in one place.

-- Spends a link and answers the address it proves; null when it is unknown, used, voided or expired.
create function spend_sign_in_link(link_hash text) returns text
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update sign_in_links set used_at = bailiwick_now()
  where token_hash = link_hash and used_at is null and expires_at > bailiwick_now() returning email
$$;

-- Signs in the person with a proven address: makes them when new, opens a session and closes the one presented.
-- It believes the address, whatever proved it.
create function sign_in(proven_email text, new_user uuid, new_workspace uuid, owner_email text, new_session uuid,
  session_hash text, kept_for interval, ip text, user_agent text, presented_hash text)
returns table (user_id uuid, email text, name text, workspace_id uuid, workspace_name text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare person uuid;
begin
  person := ensure_person(proven_email, new_user, new_workspace,
    case proven_email when owner_email then 'agency' else 'free' end);
  update sessions set revoked_at = bailiwick_now() where token_hash = presented_hash and revoked_at is null;
  perform open_session(person, new_session, session_hash, kept_for, ip, user_agent);
  return query select u.id, u.email, u.name, w.workspace_id, w.name from users u, workspaces w
    where u.id = person and w.workspace_id = own_workspace(person);
end
$$;
drop function redeem_sign_in_link;

drop function find_session;
-- A session that is good, with the membership in the chosen workspace, their own unless told; null when they have none
-- there. Use prolongs it, written at most once a minute.
create function find_session(the_hash text, chosen uuid)
returns table (user_id uuid, session_id uuid, workspace_id uuid, role text, expires_at timestamptz)
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
  return query select held.user_id, held.id, m.workspace_id, m.role, held.expires_at
    from (select coalesce(chosen, own_workspace(held.user_id)) as id) as asked
    left join members m on m.workspace_id = asked.id and m.user_id = held.user_id and m.ended_at is null;
end
$$;

-- Ends every open session of a person but the kept one, and answers how many; null when the kept one is itself no good.
-- Whoever signs the same person in, or asks the same from another session, waits for it.
create function revoke_other_sessions(the_user uuid, kept uuid) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare ended int;
begin
  perform from users where id = the_user for no key update;
  if kept is not null and not exists (select from sessions
      where id = kept and user_id = the_user and revoked_at is null and expires_at > bailiwick_now()) then
    return null;
  end if;
  update sessions set revoked_at = bailiwick_now()
    where user_id = the_user and id is distinct from kept and revoked_at is null and expires_at > bailiwick_now();
  get diagnostics ended = row_count;
  return ended;
end
$$;

drop function find_person;
create function find_person(the_user uuid) returns table (id uuid, email text, name text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.id, u.email, u.name from users u where u.id = the_user
$$;

-- Holds the person until the transaction ends.
create function lock_person(the_user uuid) returns table (id uuid, email text, name text)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  select u.id, u.email, u.name from users u where u.id = the_user for no key update
$$;

create function save_person(the_user uuid, the_name text) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update users set name = the_name where id = the_user
$$;

-- What was cleared away in passing is now cleared away by background work, some rows at a time.

create or replace function take_request(buckets text[], per_minute int, per_hour int) returns int
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
  return null;
end
$$;

create or replace function issue_sign_in_link(the_email text, the_hash text, kept_for interval) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  insert into sign_in_links (email, token_hash, expires_at) values (the_email, the_hash, bailiwick_now() + kept_for)
    on conflict (email) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at,
      used_at = null, created_at = excluded.created_at
$$;

create or replace function open_session(the_user uuid, new_session uuid, the_hash text, the_time interval, the_ip text,
  agent text) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  insert into sessions (id, user_id, token_hash, kept_for, ip, user_agent, expires_at)
    values (new_session, the_user, the_hash, the_time, the_ip, agent, bailiwick_now() + the_time)
$$;

create index sessions_age on sessions ((least(expires_at, revoked_at)));

create function forget_sessions(max_rows int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with gone as (delete from sessions where id in (select s.id from sessions s
      where least(s.expires_at, s.revoked_at) < bailiwick_now() - interval '30 days'
      order by least(s.expires_at, s.revoked_at) limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$$;

create function forget_sign_in_links(max_rows int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with gone as (delete from sign_in_links where email in (select l.email from sign_in_links l
      where l.expires_at < bailiwick_now() - interval '1 day'
      order by l.expires_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$$;

-- A bucket that is in use is locked and left alone.
create function forget_request_buckets(max_rows int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with gone as (delete from request_buckets where bucket in (select b.bucket from request_buckets b
      where b.empty_at < bailiwick_now() order by b.empty_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$$;

revoke all on function spend_sign_in_link, sign_in, find_session, revoke_other_sessions, find_person, lock_person,
  save_person, forget_sessions, forget_sign_in_links, forget_request_buckets from public;
grant execute on function spend_sign_in_link, sign_in, find_session, revoke_other_sessions, find_person, lock_person,
  save_person, forget_sessions, forget_sign_in_links, forget_request_buckets to bailiwick_app;
