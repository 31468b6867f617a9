-- What one tenant stores must not spoil the plans of all: a tree whose tasks have one parent, or a task with most of the
-- facts, would teach the planner that these columns hold few values, and it would read the whole table for one of them.
alter table tasks alter column parent_task_id set (n_distinct = -0.2);
alter table tasks alter column root_task_id set (n_distinct = -0.2);
alter table task_dependencies alter column task_id set (n_distinct = -0.5);
alter table task_dependencies alter column depends_on_id set (n_distinct = -0.5);
alter table facts alter column subject_id set (n_distinct = -0.2);
