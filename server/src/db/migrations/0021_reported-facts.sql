-- What the holder of a task reports of its own work is marked, and only these types can be: the rest of a task's story is
-- written by the steps it tells of.
alter table facts add column is_reported boolean not null default false;
alter table facts add constraint facts_reported_types
  check (not is_reported or type in ('task.progress', 'task.tool_call', 'task.tool_result')) not valid;
