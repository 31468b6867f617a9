-- The Merkle tree of each workspace over its facts (RFC 6962), and the key that signs its checkpoints.
create table audit_trees (
  workspace_id uuid not null references workspaces,
  size bigint not null check (size >= 0),
  -- The roots of the largest perfect subtrees, from left to right, 32 bytes each.
  peaks bytea not null,
  -- The place in the log up to which facts are leaves.
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  public_key text not null check (length(public_key) <= 100),
  sealed_key text not null,
  -- The newest checkpoint, which covers all leaves.
  checkpoint text not null,
  sealed_at timestamptz(3) not null,
  primary key (workspace_id)
);
alter table audit_trees enable row level security;
create policy workspace on audit_trees using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on audit_trees to bailiwick_app;

create table audit_leaves (
  workspace_id uuid not null,
  leaf bigint not null check (leaf >= 0),
  fact_id uuid not null,
  seq bigint not null,
  -- Of the data as they were when the fact was sealed; content may be withdrawn later.
  data_sha256 bytea not null check (length(data_sha256) = 32),
  hash bytea not null check (length(hash) = 32),
  primary key (workspace_id, leaf)
);
create unique index audit_leaves_fact on audit_leaves (workspace_id, fact_id);
alter table audit_leaves enable row level security;
create policy workspace on audit_leaves using (workspace_id = (select bailiwick_workspace()));
grant select, insert on audit_leaves to bailiwick_app;

-- The roots of perfect subtrees of 256^level leaves.
create table audit_nodes (
  workspace_id uuid not null,
  level int not null check (level between 1 and 7),
  place bigint not null check (place >= 0),
  hash bytea not null check (length(hash) = 32),
  primary key (workspace_id, level, place)
);
alter table audit_nodes enable row level security;
create policy workspace on audit_nodes using (workspace_id = (select bailiwick_workspace()));
grant select, insert on audit_nodes to bailiwick_app;

create trigger audit_leaves_are_kept before update or delete on audit_leaves
  for each row execute function bailiwick_refuse_change();
create trigger audit_leaves_are_kept_whole before truncate on audit_leaves execute function bailiwick_refuse_change();
create trigger audit_nodes_are_kept before update or delete on audit_nodes
  for each row execute function bailiwick_refuse_change();
create trigger audit_nodes_are_kept_whole before truncate on audit_nodes execute function bailiwick_refuse_change();

alter table audit_leaves alter column workspace_id set (n_distinct = 1);
alter table audit_nodes alter column workspace_id set (n_distinct = 1);

-- The workspaces with facts that are not sealed yet.
create function bailiwick_sealing_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select w.workspace_id from workspaces w left join audit_trees t on t.workspace_id = w.workspace_id
  where t.workspace_id is null or t.epoch <> (select epoch from installation) or exists (
    select from facts f where f.workspace_id = w.workspace_id and (f.xid, f.seq) > (t.xid, t.seq)
      and f.xid < pg_snapshot_xmin(pg_current_snapshot()))
$$;
revoke all on function bailiwick_sealing_due() from public;
grant execute on function bailiwick_sealing_due() to bailiwick_app;
