-- A digest of the configuration of the connection, and of its tool, at the approval. Null: it was approved before this column.
alter table agent_actions add approved_target text check (approved_target ~ '^sha256:[0-9a-f]{64}$');
