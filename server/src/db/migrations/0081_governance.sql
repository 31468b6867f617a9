-- The time of the database, also after a wait for a lock. `bailiwick_now()` is the start of the transaction.
create function bailiwick_clock() returns timestamptz(3) language sql volatile parallel restricted as $$
  select date_trunc('milliseconds',
    clock_timestamp() + coalesce(nullif(current_setting('bailiwick.clock_offset', true), ''), '0')::interval)
$$;

-- Requests of agents for a change of a risk policy. A request outlives its policy.
create table policy_requests (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid not null,
  policy_id uuid not null,
  source text not null check (source in ('agent', 'blocked_start')),
  requested_changes jsonb not null,
  -- The operation that an approval runs, as data: its name and its input.
  held jsonb not null,
  reason text not null check (length(reason) between 1 and 2000),
  status text not null check (status in ('pending', 'applied', 'approved', 'denied', 'expired')),
  required_approvals int not null default 1 check (required_approvals between 1 and 10),
  approvals jsonb not null,
  -- The terms of the first approval, which all further approvals share.
  terms jsonb,
  -- The key of the agent, and the person who started the task that was refused.
  key_id uuid,
  started_by_user_id uuid,
  reviewed_by uuid,
  reviewed_at timestamptz(3),
  review_reason text check (length(review_reason) between 1 and 2000),
  evidence jsonb not null,
  evidence_state text not null check (evidence_state in ('waiting', 'complete', 'failed')),
  reminded_at timestamptz(3),
  requested_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check ((status in ('pending', 'expired')) = (reviewed_by is null)),
  check ((reviewed_by is null) = (reviewed_at is null)),
  check (status not in ('applied', 'approved') or jsonb_array_length(approvals) >= required_approvals)
);
create index policy_requests_policy on policy_requests (workspace_id, policy_id, requested_at);
create index policy_requests_agent on policy_requests (workspace_id, agent_id, id);
create index policy_requests_pending on policy_requests (workspace_id, id) where status = 'pending';
create index policy_requests_expiry on policy_requests (expires_at) where status = 'pending';
create index policy_requests_evidence on policy_requests (workspace_id) where status = 'pending' and evidence_state = 'waiting';
create index policy_requests_decided on policy_requests (expires_at) where status <> 'pending';
-- Many refused starts at once open one request.
create unique index policy_requests_blocked_start on policy_requests (workspace_id, policy_id)
  where status = 'pending' and source = 'blocked_start';
alter table policy_requests enable row level security;
create policy workspace on policy_requests using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (status, approvals, terms, reviewed_by, reviewed_at, review_reason, evidence, evidence_state, reminded_at)
  on policy_requests to bailiwick_app;
alter table policy_requests alter column workspace_id set (n_distinct = 1);

-- Grants: an agent may change a policy by itself, inside bounds, until a time.
create table policy_grants (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  agent_id uuid not null,
  request_id uuid not null,
  policy_id uuid not null,
  allowed_changes jsonb not null,
  max_spend_delta_nanos bigint check (max_spend_delta_nanos >= 0),
  spend_delta_nanos bigint not null check (spend_delta_nanos between 0 and coalesce(max_spend_delta_nanos, spend_delta_nanos)),
  max_uses int check (max_uses > 0),
  uses int not null check (uses between 0 and coalesce(max_uses, uses)),
  status text not null check (status in ('active', 'used_up', 'expired', 'revoked')),
  valid_from timestamptz(3) not null,
  valid_to timestamptz(3) not null,
  granted_by uuid not null,
  revoked_at timestamptz(3),
  revoked_by uuid,
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents,
  check (valid_to > valid_from),
  check ((status = 'revoked') = (revoked_at is not null)),
  check ((revoked_at is null) = (revoked_by is null)),
  check (status <> 'used_up' or uses = max_uses)
);
create index policy_grants_end on policy_grants (workspace_id, valid_to, id);
create index policy_grants_request on policy_grants (workspace_id, request_id);
create index policy_grants_expiry on policy_grants (valid_to) where status = 'active';
create index policy_grants_ended on policy_grants (valid_to) where status <> 'active';
alter table policy_grants enable row level security;
create policy workspace on policy_grants using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update (uses, spend_delta_nanos, status, revoked_at, revoked_by) on policy_grants to bailiwick_app;
alter table policy_grants alter column workspace_id set (n_distinct = 1);

-- The workspaces with a request or a grant whose time is over, or a request that people are reminded of.
create function bailiwick_governance_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select workspace_id from policy_requests
  where status = 'pending' and (expires_at <= bailiwick_now()
    or expires_at <= bailiwick_now() + interval '4 hours' and reminded_at is null)
  union
  select workspace_id from policy_grants where status = 'active' and valid_to <= bailiwick_now()
$$;
revoke all on function bailiwick_governance_due() from public;
grant execute on function bailiwick_governance_due() to bailiwick_app;

-- The workspaces with a request without its backtest.
create function bailiwick_evidence_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from policy_requests where status = 'pending' and evidence_state = 'waiting'
$$;
revoke all on function bailiwick_evidence_due() from public;
grant execute on function bailiwick_evidence_due() to bailiwick_app;

create function bailiwick_forget_requests(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from policy_requests
    where status <> 'pending' and expires_at < bailiwick_now() - interval '190 days'
    order by expires_at limit most for update skip locked
  ), gone as (
    delete from policy_requests r using old where r.workspace_id = old.workspace_id and r.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_requests(int) from public;
grant execute on function bailiwick_forget_requests(int) to bailiwick_app;

create function bailiwick_forget_grants(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, id from policy_grants
    where status <> 'active' and valid_to < bailiwick_now() - interval '190 days'
    order by valid_to limit most for update skip locked
  ), gone as (
    delete from policy_grants g using old where g.workspace_id = old.workspace_id and g.id = old.id returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_grants(int) from public;
grant execute on function bailiwick_forget_grants(int) to bailiwick_app;
