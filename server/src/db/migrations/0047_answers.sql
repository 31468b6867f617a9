-- The newest answer to the question of a blocked task. The message holds its text, so withdrawing the message withdraws it.
alter table tasks
  add column answer_message_id uuid,
  add column question text,
  add constraint tasks_answer foreign key (workspace_id, answer_message_id) references messages (workspace_id, id),
  add constraint tasks_question check ((answer_message_id is null) = (question is null));
