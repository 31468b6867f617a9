-- Programs that wait for a person to let them in (RFC 8628). A row belongs to no workspace until a person decides. No foreign
-- keys: a row lives for minutes, and each reference is read again when the key is made.
create table device_codes (
  id uuid primary key,
  -- Keyed hashes. The codes themselves are not stored.
  device_hash text not null unique,
  user_hash text not null unique,
  client_name text not null,
  agent_name text,
  ip text not null,
  status text not null default 'waiting' check (status in ('waiting', 'approved', 'denied', 'used')),
  decided_workspace_id uuid,
  decided_by_user_id uuid,
  agent_id uuid,
  created_at timestamptz(3) not null default bailiwick_now(),
  expires_at timestamptz(3) not null,
  polled_at timestamptz(3)
);
create index device_codes_age on device_codes (expires_at);

-- Returns 'stored'; 'full' when too many wait; 'taken' when a code with this user code exists.
create function issue_device_code(new_id uuid, the_device_hash text, the_user_hash text, the_client text, the_agent text,
  the_ip text, kept_for interval, most int) returns text
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('device codes', 9));
  if (select count(*) from device_codes where expires_at > bailiwick_now()) >= most then return 'full'; end if;
  insert into device_codes (id, device_hash, user_hash, client_name, agent_name, ip, expires_at)
    values (new_id, the_device_hash, the_user_hash, the_client, the_agent, the_ip, bailiwick_now() + kept_for)
    on conflict (user_hash) do nothing;
  return case when found then 'stored' else 'taken' end;
end
$$;

-- Locks the row of a user code until the transaction ends. No row when the code is unknown or expired, or another workspace
-- decided.
create function lock_device_code(the_user_hash text, workspace uuid)
returns table (id uuid, client_name text, agent_name text, ip text, status text, created_at timestamptz, expires_at timestamptz)
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  select d.id, d.client_name, d.agent_name, d.ip, d.status, d.created_at, d.expires_at from device_codes d
    where d.user_hash = the_user_hash and d.expires_at > bailiwick_now()
      and (d.decided_workspace_id is null or d.decided_workspace_id = workspace)
    for update
$$;

-- Decides on a code that waits. False when it was decided before.
create function decide_device_code(the_id uuid, decision text, workspace uuid, person uuid, the_agent uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  update device_codes set status = decision, decided_workspace_id = workspace, decided_by_user_id = person,
      agent_id = the_agent
    where id = the_id and status = 'waiting' and decision in ('approved', 'denied');
  return found;
end
$$;

-- Notes a request for the key, and locks the row. The lock on the powers of the workspace comes first, as in every writing
-- transaction; a code that was approved after the first look counts as waiting until the next request.
create function poll_device_code(the_device_hash text, pace interval)
returns table (id uuid, client_name text, status text, workspace_id uuid, person_id uuid, agent_id uuid, is_early boolean)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  entered uuid;
  found_row device_codes;
begin
  select d.decided_workspace_id into entered from device_codes d where d.device_hash = the_device_hash;
  if entered is not null then perform pg_advisory_xact_lock_shared(hashtextextended(entered::text, 9)); end if;
  select d.* into found_row from device_codes d
    where d.device_hash = the_device_hash and d.expires_at > bailiwick_now() for update;
  if not found then return; end if;
  update device_codes d set polled_at = bailiwick_now() where d.id = found_row.id;
  return query select found_row.id, found_row.client_name,
    case when found_row.status = 'approved' and entered is null then 'waiting' else found_row.status end,
    found_row.decided_workspace_id, found_row.decided_by_user_id, found_row.agent_id,
    coalesce(found_row.polled_at > bailiwick_now() - pace and found_row.polled_at <= bailiwick_now(), false);
end
$$;

create function use_device_code(the_id uuid) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update device_codes set status = 'used' where id = the_id and status = 'approved'
$$;

create function forget_device_codes(max_rows int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with gone as (delete from device_codes where id in (select d.id from device_codes d
      where d.expires_at < bailiwick_now() order by d.expires_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$$;

revoke all on function issue_device_code, lock_device_code, decide_device_code, poll_device_code, use_device_code,
  forget_device_codes from public;
grant execute on function issue_device_code, lock_device_code, decide_device_code, poll_device_code, use_device_code,
  forget_device_codes to bailiwick_app;
