-- The key of fingerprints, sealed under the master key, so that a new master key ends no credential.
alter table installation add column sealed_fingerprint_key text;
revoke select on installation from bailiwick_app;
grant select (only_row, epoch, owner_user_id) on installation to bailiwick_app;

grant update (sealed) on agent_secrets to bailiwick_app;
grant update (sealed) on idempotency_answers to bailiwick_app;
