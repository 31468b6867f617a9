-- Content that people withdrew. The content itself is replaced where it stands; a row here says what, who, when and why.
create table redactions (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  subject_kind text not null check (subject_kind in ('message', 'task', 'event')),
  subject_id uuid not null,
  task_id uuid,
  -- For each part its field, size and SHA-256.
  withdrawn jsonb not null default '[]' check (jsonb_typeof(withdrawn) = 'array'),
  reason text not null check (length(reason) between 1 and 2000),
  by_user_id uuid not null,
  created_at timestamptz(3) not null,
  primary key (workspace_id, id)
);
create index redactions_subject on redactions (workspace_id, subject_id, id);
create index redactions_task on redactions (workspace_id, task_id, id) where task_id is not null;
alter table redactions enable row level security;
create policy workspace on redactions using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (withdrawn) on redactions to bailiwick_app;
grant update (content) on messages to bailiwick_app;
grant update (answer) on idempotency_answers to bailiwick_app;

-- Set where content of the fact was withdrawn. The data alone cannot say so, because callers write data.
alter table facts add column redaction_id uuid;

-- The data of a fact as text: what is hashed when the data is withdrawn.
create function bailiwick_fact_text(the_workspace uuid, the_fact uuid, data jsonb) returns text language sql stable as $$
  select coalesce((select payload::text from public.fact_payloads where workspace_id = the_workspace and fact_id = the_fact),
    data::text)
$$;

-- Facts are append-only, with one exception: fields of a task's event may give way to a tombstone that names a stored
-- redaction, and the size and the hash of the data as it was. Nothing else of the fact changes.
create function bailiwick_keep_fact() returns trigger language plpgsql set search_path = pg_catalog, public, pg_temp as $$
declare
  was text;
begin
  if tg_op = 'UPDATE' and old.type like 'task.%' and old.redaction_id is null and new.redaction_id is not null
    and to_jsonb(new) - 'data' - 'redaction_id' = to_jsonb(old) - 'data' - 'redaction_id'
  then
    was := bailiwick_fact_text(old.workspace_id, old.id, old.data);
    if new.data - 'redacted' <@ was::jsonb
      and new.data -> 'redacted' ->> 'sha256' = encode(sha256(convert_to(was, 'UTF8')), 'hex')
      and new.data -> 'redacted' -> 'bytes' = to_jsonb(octet_length(was))
      and new.data -> 'redacted' ->> 'redaction_id' = new.redaction_id::text
      and exists (select from redactions r where r.workspace_id = old.workspace_id and r.id = new.redaction_id
        and r.task_id = old.subject_id)
    then
      return new;
    end if;
  end if;
  raise exception '% of % is refused: it is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$$;
drop trigger facts_are_kept on facts;
create trigger facts_are_kept before update or delete on facts for each row execute function bailiwick_keep_fact();

-- Replaces fields of a fact of this workspace by a tombstone; null replaces all. Returns size and hash of the data as it
-- was, or no row when the fact has none of the fields.
create function bailiwick_withdraw_fact(the_subject uuid, the_fact uuid, mark jsonb, cut text[], out bytes int, out sha256 text)
returns setof record
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
declare
  own uuid := bailiwick_workspace();
  was text;
begin
  select bailiwick_fact_text(own, f.id, f.data) into was from facts f
    where f.workspace_id = own and f.subject_id = the_subject and f.id = the_fact and f.redaction_id is null;
  if was is null or cut is not null and coalesce(jsonb_strip_nulls(was::jsonb) ?| cut, false) is false then
    return;
  end if;
  bytes := octet_length(was);
  sha256 := encode(pg_catalog.sha256(convert_to(was, 'UTF8')), 'hex');
  update facts f set redaction_id = (mark ->> 'redaction_id')::uuid, data = (case when cut is null then '{}' else was::jsonb - cut end)
    || jsonb_build_object('redacted', mark || jsonb_build_object('bytes', bytes, 'sha256', sha256))
  where f.workspace_id = own and f.subject_id = the_subject and f.id = the_fact;
  delete from fact_payloads p where p.workspace_id = own and p.fact_id = the_fact;
  return next;
end
$$;
revoke all on function bailiwick_withdraw_fact(uuid, uuid, jsonb, text[]) from public;
grant execute on function bailiwick_withdraw_fact(uuid, uuid, jsonb, text[]) to bailiwick_app;
