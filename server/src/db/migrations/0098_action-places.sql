-- Counts the secrets of a connection whose secret is its address: an approval holds for one of them.
alter table connections add secret_number int not null default 0;

-- An action and a rule name a connection of their own workspace.
alter table agent_actions add constraint agent_actions_connection foreign key (workspace_id, connection_id) references connections;
alter table action_rules add constraint action_rules_connection foreign key (workspace_id, connection_id) references connections;
