-- The files that a message names. Each belongs to a task, and those who read the task read the file.
alter table messages add column attachment_ids uuid[] not null default '{}'
  check (cardinality(attachment_ids) <= 10);
