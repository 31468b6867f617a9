-- The cost of a task is read from the sums of its telemetry.
alter table tasks drop constraint tasks_money;
alter table tasks drop column cost_nanos;
alter table tasks add constraint tasks_money check (
  budget_nanos >= 0 and estimated_cost_nanos >= 0 and reserved_nanos >= 0
  and (budget_nanos is null) = (budget_left_nanos is null)
);
