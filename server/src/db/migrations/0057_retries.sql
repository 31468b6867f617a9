-- Finds the retries of failed tasks. Few tasks are retries.
create index tasks_retries on tasks (workspace_id, retry_of) where retry_of is not null;
