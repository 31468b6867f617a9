-- Keys get a new secret without becoming another key, and may make keys that never outlive them.

alter table api_keys
  add column created_by_key_id uuid,
  add column previous_hash text unique,
  add column previous_expires_at timestamptz(3),
  add foreign key (workspace_id, created_by_key_id) references api_keys,
  add check (created_by_key_id <> id),
  add check (created_by_key_id is null or created_by_user_id is null),
  add check ((previous_hash is null) = (previous_expires_at is null)),
  add check (previous_expires_at <= expires_at);
create index api_keys_made_by_key on api_keys (workspace_id, created_by_key_id) where created_by_key_id is not null;
create index api_keys_made_by_person on api_keys (workspace_id, created_by_user_id)
  where created_by_user_id is not null;

grant select (created_by_key_id, previous_expires_at) on api_keys to bailiwick_app;

-- The key that a secret opens, with the end of that very secret.
create or replace function find_key(the_hash text)
returns table (workspace_id uuid, id uuid, kind text, agent_id uuid, scopes text[], expires_at timestamptz,
  last_used_at timestamptz)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select k.workspace_id, k.id, k.kind, k.agent_id, k.scopes, k.expires_at, k.last_used_at from api_keys k
  where k.key_hash = the_hash and k.revoked_at is null and (k.expires_at is null or k.expires_at > bailiwick_now())
  union all
  select k.workspace_id, k.id, k.kind, k.agent_id, k.scopes, k.previous_expires_at, k.last_used_at from api_keys k
  where k.previous_hash = the_hash and k.revoked_at is null and k.previous_expires_at > bailiwick_now()
$$;

-- The secret there was becomes the previous one, or opens nothing any more when that has no end. The working role
-- cannot read secrets, so it cannot move one itself.
create function rotate_key(the_key uuid, new_hash text, new_prefix text, previous_ends timestamptz, ends timestamptz)
returns void language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update api_keys set key_hash = new_hash, prefix = new_prefix, expires_at = ends,
    previous_hash = case when previous_ends is not null then key_hash end, previous_expires_at = previous_ends
  where workspace_id = bailiwick_workspace() and id = the_key and revoked_at is null
$$;

revoke all on function rotate_key from public;
grant execute on function rotate_key to bailiwick_app;
