-- A backtest that fails waits longer after each try, so that the requests behind it get theirs.
alter table policy_requests
  add column evidence_tries int not null default 0 check (evidence_tries >= 0),
  -- No try before this time. Null: at once.
  add column evidence_at timestamptz(3);
grant update (evidence_tries, evidence_at) on policy_requests to bailiwick_app;

create or replace function bailiwick_evidence_due() returns setof uuid
language sql stable security definer set search_path = pg_catalog, public, pg_temp as $$
  select distinct workspace_id from policy_requests
  where status = 'pending' and evidence_state = 'waiting' and (evidence_at is null or evidence_at <= bailiwick_now())
$$;
