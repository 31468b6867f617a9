-- How many different people must approve a request. A workspace without a row needs one.
create table governance_settings (
  workspace_id uuid primary key references workspaces,
  required_approvals int not null check (required_approvals between 1 and 2)
);
alter table governance_settings enable row level security;
create policy workspace on governance_settings using (workspace_id = (select bailiwick_workspace()));
grant select, insert, update on governance_settings to bailiwick_app;
-- Requests that wait when the number is raised.
grant update (required_approvals) on policy_requests to bailiwick_app;
