-- The logs whose checkpoints this installation cosigns as a witness: the newest cosigned size and root of each.
create table witnessed_logs (
  origin text not null primary key,
  size bigint not null check (size >= 0),
  root bytea not null check (length(root) = 32)
);

-- Locks the row of a log. A log without a row is empty, and gets one.
create function bailiwick_lock_witnessed(the_origin text, empty_root bytea) returns table (size bigint, root bytea)
language plpgsql security definer set search_path = pg_catalog, public, pg_temp as $$
begin
  insert into witnessed_logs as w (origin, size, root) values (the_origin, 0, empty_root) on conflict do nothing;
  return query select w.size, w.root from witnessed_logs w where w.origin = the_origin for update;
end
$$;
revoke all on function bailiwick_lock_witnessed(text, bytea) from public;
grant execute on function bailiwick_lock_witnessed(text, bytea) to bailiwick_app;

-- A smaller size never replaces a greater one.
create function bailiwick_save_witnessed(the_origin text, new_size bigint, new_root bytea) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  update witnessed_logs set size = new_size, root = new_root where origin = the_origin and size <= new_size
$$;
revoke all on function bailiwick_save_witnessed(text, bigint, bytea) from public;
grant execute on function bailiwick_save_witnessed(text, bigint, bytea) to bailiwick_app;

-- What each witness of this installation has cosigned of the record of a workspace.
create table audit_witnesses (
  workspace_id uuid not null references workspaces(workspace_id),
  name text not null check (length(name) <= 200),
  size bigint not null default 0 check (size >= 0),
  checkpoint text,
  cosignature text,
  witnessed_at timestamptz(3),
  failures int not null default 0,
  next_at timestamptz(3) not null,
  problem text check (length(problem) <= 500),
  problem_at timestamptz(3),
  -- The witness has seen another record. Otherwise the problem may pass by itself.
  is_refused boolean not null default false,
  primary key (workspace_id, name)
);
alter table audit_witnesses enable row level security;
create policy workspace on audit_witnesses using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on audit_witnesses to bailiwick_app;

-- The records of which one of the witnesses has cosigned another size, and whose next attempt has come.
create function bailiwick_witnessing_due(names text[]) returns table (workspace_id uuid, name text)
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select t.workspace_id, n.name
  from audit_trees t cross join unnest(names) n(name)
    left join audit_witnesses w on w.workspace_id = t.workspace_id and w.name = n.name
  where t.size <> coalesce(w.size, 0) and coalesce(w.next_at <= bailiwick_now(), true)
  order by w.next_at nulls first limit 100
$$;
revoke all on function bailiwick_witnessing_due(text[]) from public;
grant execute on function bailiwick_witnessing_due(text[]) to bailiwick_app;
