-- The last step of a person, with the state before it. The fence and the status after the step show whether another step followed.
alter table tasks add column undo jsonb;
