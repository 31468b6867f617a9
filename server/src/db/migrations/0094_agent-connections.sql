-- The last result of calling an external agent.
alter table agents add column last_connected_at timestamptz(3);
alter table agents add column last_error text check (length(last_error) <= 500);
grant update (last_connected_at, last_error) on agents to bailiwick_app;
