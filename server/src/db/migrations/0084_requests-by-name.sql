-- A request and a grant say which type of limit they are for, also after the limit is deleted. A request has a title.
alter table policy_requests add column policy_type text, add column title text;
alter table policy_grants add column policy_type text;
update policy_requests r set title = 'Change a limit', policy_type = coalesce((select p.policy_type from risk_policies p
  where p.workspace_id = r.workspace_id and p.id = r.policy_id), 'daily_spend_cap');
update policy_grants g set policy_type = coalesce((select p.policy_type from risk_policies p
  where p.workspace_id = g.workspace_id and p.id = g.policy_id), 'daily_spend_cap');
alter table policy_requests alter column policy_type set not null, alter column title set not null;
alter table policy_grants alter column policy_type set not null;
