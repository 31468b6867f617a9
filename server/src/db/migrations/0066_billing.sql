-- How the calls of an agent, or with a key, are billed. Null is the next one: of the event, else of the key, else of the
-- agent, else metered.
alter table agents add column billing_mode text check (billing_mode in ('metered', 'subscription', 'included', 'local'));
grant update (billing_mode) on agents to bailiwick_app;
alter table api_keys add column billing_mode text
  check (billing_mode in ('metered', 'subscription', 'included', 'local'));
grant select (billing_mode) on api_keys to bailiwick_app;

-- Fees that are due each month, such as those of subscriptions. They are in no cost of a call.
create table obs_fees (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  -- Null is a fee of the whole workspace.
  agent_id uuid,
  name text not null check (length(name) between 1 and 100),
  monthly_nanos bigint not null check (monthly_nanos >= 0),
  -- Days in UTC. Null has no end.
  first_day date not null,
  last_day date check (last_day >= first_day),
  primary key (workspace_id, id),
  foreign key (workspace_id, agent_id) references agents
);
alter table obs_fees enable row level security;
create policy workspace on obs_fees using (workspace_id = (select bailiwick_workspace()));
grant select, insert, delete, update (last_day) on obs_fees to bailiwick_app;
