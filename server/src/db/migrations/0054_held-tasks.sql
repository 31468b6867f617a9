-- The running tasks that a person started. The fence of the start is gone after every other start.
create index tasks_held on tasks (workspace_id, id)
  where status = 'running' and undo ->> 'step' = 'start' and (undo ->> 'fence')::int = fence;
