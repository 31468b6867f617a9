-- The newest retry of a task is one entry of the index, also when the task was retried often.
drop index tasks_retries;
create index tasks_retries on tasks (workspace_id, retry_of, id) where retry_of is not null;
