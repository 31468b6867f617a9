-- A refused start asks whether a request for the same field waits or is young, without reading all requests of the limit.
alter table policy_requests add column field text not null generated always as (requested_changes ->> 'field') stored;
create index policy_requests_field on policy_requests (workspace_id, policy_id, field, requested_at);
create index policy_requests_open on policy_requests (workspace_id, policy_id, field) where status = 'pending';
