-- The sums of an agent's events in a minute and in a day (UTC), for all models together. A cap, a health score or a count of
-- active agents reads one row for a day and one for each minute of a window. Minutes with errors are kept as long as the
-- health of their day may be read, the others for two days.
create table obs_counters (
  workspace_id uuid not null,
  grain text not null check (grain in ('minute', 'day')),
  at timestamptz(0) not null,
  agent_id uuid not null,
  events bigint not null,
  errors bigint not null,
  llm_calls bigint not null,
  runs bigint not null,
  runs_successful bigint not null,
  runs_failed bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  tokens_cached bigint not null,
  cost_nanos numeric(30) not null,
  list_cost_nanos numeric(30) not null,
  unpriced_calls bigint not null,
  last_event_at timestamptz(3) not null,
  primary key (workspace_id, grain, agent_id, at)
) with (fillfactor = 60);
create index obs_counters_time on obs_counters (workspace_id, grain, at, agent_id);
create index obs_counters_minutes on obs_counters (at) where grain = 'minute';

alter table obs_counters enable row level security;
create policy workspace on obs_counters using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on obs_counters to bailiwick_app;

insert into obs_counters (workspace_id, grain, at, agent_id, events, errors, llm_calls, runs, runs_successful, runs_failed,
  tokens_in, tokens_out, tokens_cached, cost_nanos, list_cost_nanos, unpriced_calls, last_event_at)
select workspace_id, 'day', at, agent_id, sum(events), sum(errors), sum(llm_calls), sum(runs), sum(runs_successful),
  sum(runs_failed), sum(tokens_in), sum(tokens_out), sum(tokens_cached), sum(cost_nanos), sum(list_cost_nanos),
  sum(unpriced_calls), max(last_event_at)
from obs_usage where grain = 'day' group by workspace_id, at, agent_id;
insert into obs_counters (workspace_id, grain, at, agent_id, events, errors, llm_calls, runs, runs_successful, runs_failed,
  tokens_in, tokens_out, tokens_cached, cost_nanos, list_cost_nanos, unpriced_calls, last_event_at)
select workspace_id, 'minute', date_trunc('minute', occurred_at, 'UTC'), agent_id, count(*),
  count(*) filter (where status = 'error'), count(*) filter (where event_type = 'llm_call'),
  count(*) filter (where event_type = 'run_finished'),
  count(*) filter (where event_type = 'run_finished' and status = 'success'),
  count(*) filter (where event_type = 'run_finished' and status = 'error'), coalesce(sum(tokens_in), 0),
  coalesce(sum(tokens_out), 0), coalesce(sum(tokens_cached), 0), coalesce(sum(cost_nanos), 0),
  coalesce(sum(list_cost_nanos), 0), count(*) filter (where cost_source = 'unpriced'), max(occurred_at)
from obs_events group by 1, 3, 4;

-- The minutes replace the hours, which only the count of active agents read.
drop function bailiwick_forget_usage_hours(int);
delete from obs_usage where grain = 'hour';
drop index obs_usage_hours;
alter table obs_usage set (fillfactor = 60);

create function bailiwick_forget_minutes(most int) returns int
language sql security definer set search_path = pg_catalog, public, pg_temp as $$
  with old as (
    select workspace_id, grain, agent_id, at from obs_counters
    where grain = 'minute' and (errors = 0 and at < bailiwick_now() - interval '2 days'
      or at < bailiwick_now() - interval '100 days')
    order by at limit most for update skip locked
  ), gone as (
    delete from obs_counters c using old where (c.workspace_id, c.grain, c.agent_id, c.at)
      = (old.workspace_id, old.grain, old.agent_id, old.at) returning 1
  )
  select count(*)::int from gone
$$;
revoke all on function bailiwick_forget_minutes(int) from public;
grant execute on function bailiwick_forget_minutes(int) to bailiwick_app;
