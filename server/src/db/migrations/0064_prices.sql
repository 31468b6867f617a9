-- Prices that a workspace sets for its own calls. They come before the list prices.
create table obs_price_overrides (
  workspace_id uuid not null references workspaces,
  id uuid not null,
  -- Null is any provider.
  provider text check (length(provider) between 1 and 200),
  model text not null check (length(model) between 1 and 200),
  -- US dollars by the name of the rate. 0 is a price; an absent rate is unknown.
  prices jsonb not null,
  -- Null is always.
  valid_from timestamptz(3),
  valid_to timestamptz(3),
  known_since timestamptz(3) not null,
  primary key (workspace_id, id),
  check (valid_from < valid_to)
);
alter table obs_price_overrides enable row level security;
create policy workspace on obs_price_overrides using (workspace_id = (select bailiwick_workspace()));
grant select, insert, delete on obs_price_overrides to bailiwick_app;

-- The sums of a day have at most about 200 models of an agent. Events of further models count under one name, and a new
-- price must change that sum again.
alter table obs_events add column is_other_model boolean not null default false;

-- A new price changes the cost of an event, and nothing else of it.
grant update (cost_nanos, list_cost_nanos, cost_source, price_source, unpriced_classes) on obs_events to bailiwick_app;
