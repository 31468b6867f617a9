-- What credentials may do is taken away only by a transaction that is alone in its workspace: it holds the lock on the
-- powers exclusively, which every other writing transaction of the workspace holds shared (`kernel/db.ts`).

create function bailiwick_require_alone() returns trigger language plpgsql as $$
begin
  -- Outside the server's transactions no workspace is set: an operator at the database knows what they do.
  if bailiwick_workspace() is not null and current_setting('bailiwick.powers', true) is distinct from 'alone' then
    raise exception 'powers change only in a command that says changesCredentials';
  end if;
  return new;
end
$$;

create trigger members_powers before update of role, ended_at on members for each row
  when (old.ended_at is null and (new.ended_at is not null or new.role <> old.role))
  execute function bailiwick_require_alone();

create trigger api_keys_powers before update of key_hash, previous_hash, previous_expires_at, expires_at, revoked_at, scopes
  on api_keys for each row execute function bailiwick_require_alone();

create function is_session_open(the_session uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select exists (select from sessions s
    where s.id = the_session and s.revoked_at is null and s.expires_at > bailiwick_now())
$$;
revoke all on function is_session_open from public;
grant execute on function is_session_open to bailiwick_app;
