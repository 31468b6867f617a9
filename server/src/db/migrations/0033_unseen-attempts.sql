-- An attempt that ends before its holder gave any sign has a limit of its own. `failed_attempts` counts it too, because
-- the wait before the next attempt grows with every ended attempt.
alter table tasks
  add column unseen_attempts int not null default 0,
  -- The holder of the latest attempt sent a heartbeat or an event. The attempts of earlier versions count as before.
  add column is_seen boolean not null default true;
alter table tasks alter column is_seen set default false, drop constraint tasks_counts,
  add constraint tasks_counts check (child_count >= 0 and open_children between 0 and child_count
    and open_dependencies >= 0 and dependent_count >= 0 and fence >= 0 and handovers >= 0 and attempt >= 1
    and max_attempts between 1 and 100 and lease_seconds between 5 and 3600
    and unseen_attempts between 0 and failed_attempts);
