-- The version of the rules that took the secrets out of a stored configuration. The server seals the secrets of older
-- rows in the background and hides them until then.
alter table agents add column secret_rules smallint not null default 0;
alter table agent_revisions add column secret_rules smallint not null default 0;
create index agents_unsealed on agents (workspace_id, id) where secret_rules < 1;
create index agent_revisions_unsealed on agent_revisions (workspace_id, agent_id, revision) where secret_rules < 1;
grant update (secret_rules) on agents to bailiwick_app;
grant update (config, secret_rules) on agent_revisions to bailiwick_app;

-- A revision changes only when newer rules take its secrets out.
create function bailiwick_keep_revision() returns trigger language plpgsql as $$
begin
  if new.secret_rules <= old.secret_rules then
    raise exception '% of % is refused: it is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$$;
create trigger agent_revisions_kept before update on agent_revisions
  for each row execute function bailiwick_keep_revision();

-- Workspaces with configurations that were stored under older rules.
create function bailiwick_agent_secrets_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from agents where secret_rules < 1
  union
  select distinct workspace_id from agent_revisions where secret_rules < 1
$$;
revoke all on function bailiwick_agent_secrets_due() from public;
grant execute on function bailiwick_agent_secrets_due() to bailiwick_app;

-- As in 0016_statistics-again.sql: making indexes undoes what the planner was taught.
insert into workspaces (workspace_id, name) values ('00000000-0000-0000-0000-000000000000', 'Statistics');
insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
  identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
select '00000000-0000-0000-0000-000000000000', gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false,
  '{}', '{}', '{}', '{}', 1, bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
analyze agents;
delete from agents where workspace_id = '00000000-0000-0000-0000-000000000000';
delete from workspaces where workspace_id = '00000000-0000-0000-0000-000000000000';
