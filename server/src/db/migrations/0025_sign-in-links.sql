-- Sign-in that nobody can shut for somebody else: several links of an address are valid side by side, and requests are
-- counted for an address and a network together. The installation remembers whether its owner has ever signed in.

drop function issue_sign_in_link;
drop function spend_sign_in_link;
drop function forget_sign_in_links;
drop function take_request;

-- Links are numbered for each address, because a clock that is set back must not decide which one is the newest.
-- A link that was used is deleted, and with it the others of its address.
delete from sign_in_links where used_at is not null;
alter table sign_in_links drop constraint sign_in_links_pkey;
alter table sign_in_links drop column used_at;
alter table sign_in_links add column number int not null default 1;
alter table sign_in_links alter column number drop default;
alter table sign_in_links add primary key (email, number);

-- Issuing and spending links of one address wait for each other until their transactions end.
create function lock_sign_in(the_email text) returns void
language sql set search_path = pg_catalog, public, pg_temp as $$
  select pg_advisory_xact_lock(hashtextextended(the_email, 9))
$$;

-- Stores a link, and voids all but the newest `kept` of the address; null voids none.
create function issue_sign_in_link(the_email text, the_hash text, kept_for interval, kept int) returns void
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform lock_sign_in(the_email);
  insert into sign_in_links (email, number, token_hash, expires_at)
    select the_email, 1 + coalesce(max(number), 0), the_hash, bailiwick_now() + kept_for
    from sign_in_links where email = the_email;
  if kept is not null then
    delete from sign_in_links where email = the_email and number in
      (select number from sign_in_links where email = the_email order by number desc offset kept);
  end if;
end
$$;

-- Spends a link, voids the others of its address and returns that address; null when the link is unknown, used, voided
-- or expired.
create function spend_sign_in_link(link_hash text) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare proven text;
begin
  select email into proven from sign_in_links where token_hash = link_hash and expires_at > bailiwick_now();
  if not found then return null; end if;
  perform lock_sign_in(proven);
  delete from sign_in_links where token_hash = link_hash;
  if not found then return null; end if;
  delete from sign_in_links where email = proven;
  return proven;
end
$$;

create function forget_sign_in_links(max_rows int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with gone as (delete from sign_in_links where token_hash in (select l.token_hash from sign_in_links l
      where l.expires_at < bailiwick_now() - interval '1 day'
      order by l.expires_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$$;

-- Returns the seconds to wait, or null when the request was counted in every bucket, each with its own limits. The rows
-- stay locked, so the count is exact; they are locked in one order, so callers never wait for each other in a circle.
-- The clock is read once they are locked: a time ahead of it was written before the clock was set back, and counts no more.
create function take_request(buckets text[], per_minute int[], per_hour int[]) returns int
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  moment timestamptz(3);
  frees_at timestamptz;
begin
  insert into request_buckets (bucket) select b from unnest(buckets) b order by b
    on conflict (bucket) do update set times = request_buckets.times;
  moment := clock_timestamp() + coalesce(nullif(current_setting('bailiwick.clock_offset', true), ''), '0')::interval;
  select max(greatest(
      (select t + interval '1 minute' from unnest(r.times) t where t <= moment order by t desc
        offset w.minute - 1 limit 1),
      (select t + interval '1 hour' from unnest(r.times) t where t <= moment order by t desc offset w.hour - 1 limit 1)))
    into frees_at from unnest(buckets, per_minute, per_hour) w(bucket, minute, hour)
    join request_buckets r on r.bucket = w.bucket;
  if frees_at > moment then return ceil(extract(epoch from frees_at - moment)); end if;
  update request_buckets set empty_at = moment + interval '1 hour',
    times = array(select t from unnest(times) t where t > moment - interval '1 hour' and t <= moment order by t) || moment
    where bucket = any (buckets);
  return null;
end
$$;

-- The command line on the server's machine comes from no address.
create or replace function caller_network(ip text) returns text
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
  select coalesce(host(network(set_masklen(a, case family(a) when 6 then 64 else 32 end))), 'here')
  from (select nullif(regexp_replace(regexp_replace(ip, '^::ffff:([0-9.]+)$', '\1', 'i'), '%.*$', ''), '')::inet as a)
    as address
$$;

-- Whether the person with this address is in a workspace that some agent or script can work in.
create function is_among_agents(the_email text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from users u join members m on m.user_id = u.id and m.ended_at is null
    join api_keys k on k.workspace_id = m.workspace_id
    where u.email = the_email and k.revoked_at is null and (k.expires_at is null or k.expires_at > bailiwick_now()))
$$;

alter table installation add column owner_signed_in_at timestamptz(3);
update installation set owner_signed_in_at = bailiwick_now()
  where exists (select from sessions s where s.user_id = owner_user_id and s.ip <> 'local');

-- Whether the owner with this address has ever signed in by a link.
create function has_owner_signed_in(owner_email text) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from installation i join users u on u.id = i.owner_user_id
    where u.email = owner_email and i.owner_signed_in_at is not null)
$$;

-- The person this installation belongs to, made when new. Another one has not signed in yet.
create or replace function ensure_owner(owner_email text, new_user uuid, new_workspace uuid) returns uuid
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare person uuid := ensure_person(owner_email, new_user, new_workspace, 'agency');
begin
  update installation set owner_user_id = person, owner_signed_in_at = null where owner_user_id is distinct from person;
  return person;
end
$$;

create or replace function sign_in(proven_email text, new_user uuid, new_workspace uuid, owner_email text,
  new_session uuid, session_hash text, kept_for interval, ip text, user_agent text, presented_hash text)
returns table (user_id uuid, email text, name text, workspace_id uuid, workspace_name text)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
#variable_conflict use_column
declare person uuid;
begin
  person := ensure_person(proven_email, new_user, new_workspace,
    case proven_email when owner_email then 'agency' else 'free' end);
  update installation set owner_signed_in_at = bailiwick_now()
    where owner_user_id = person and owner_signed_in_at is null;
  update sessions set revoked_at = bailiwick_now() where token_hash = presented_hash and revoked_at is null;
  perform open_session(person, new_session, session_hash, kept_for, ip, user_agent);
  return query select u.id, u.email, u.name, w.workspace_id, w.name from users u, workspaces w
    where u.id = person and w.workspace_id = own_workspace(person);
end
$$;

revoke all on function lock_sign_in, issue_sign_in_link, spend_sign_in_link, forget_sign_in_links, take_request,
  is_among_agents, has_owner_signed_in from public;
grant execute on function issue_sign_in_link, spend_sign_in_link, forget_sign_in_links, take_request,
  is_among_agents, has_owner_signed_in to bailiwick_app;
