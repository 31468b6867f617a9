-- A key carries no more than the present role of the person who answers for it: its maker, or the maker of the key it was
-- made with, and so on; or a person who adopted it since.

alter table api_keys add column responsible_user_id uuid,
  add foreign key (workspace_id, responsible_user_id) references members;

with recursive made as (
  select k.workspace_id, k.id, k.created_by_user_id as person from api_keys k where k.created_by_key_id is null
  union all
  select k.workspace_id, k.id, m.person
  from made m join api_keys k on k.workspace_id = m.workspace_id and k.created_by_key_id = m.id)
update api_keys k set responsible_user_id = coalesce(made.person,
    (select o.user_id from members o where o.workspace_id = k.workspace_id and o.role = 'owner' and o.ended_at is null))
  from made where made.workspace_id = k.workspace_id and made.id = k.id;

alter table api_keys alter column responsible_user_id set not null;
create index api_keys_of_person on api_keys (workspace_id, responsible_user_id);
drop index api_keys_made_by_person;

grant select (responsible_user_id), update (responsible_user_id) on api_keys to bailiwick_app;

drop trigger api_keys_powers on api_keys;
create trigger api_keys_powers before update of key_hash, previous_hash, previous_expires_at, expires_at, revoked_at,
    scopes, responsible_user_id
  on api_keys for each row execute function bailiwick_require_alone();

drop function find_key;
-- The key that a secret opens, with the end of that very secret and the role of the person who answers for it.
create function find_key(the_hash text)
returns table (workspace_id uuid, id uuid, kind text, agent_id uuid, scopes text[], expires_at timestamptz,
  last_used_at timestamptz, responsible_role text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select k.workspace_id, k.id, k.kind, k.agent_id, k.scopes,
    case when k.key_hash = the_hash then k.expires_at else k.previous_expires_at end, k.last_used_at, m.role
  from api_keys k
    join members m on m.workspace_id = k.workspace_id and m.user_id = k.responsible_user_id and m.ended_at is null
  where k.revoked_at is null
    and (k.key_hash = the_hash and (k.expires_at is null or k.expires_at > bailiwick_now())
      or k.previous_hash = the_hash and k.previous_expires_at > bailiwick_now())
$$;
revoke all on function find_key from public;
grant execute on function find_key to bailiwick_app;
