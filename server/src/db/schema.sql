-- Printed from the database by `npm run generate`, to be read and compared; the migrations make it. Do not edit.
-- Digest of the migrations and of this text: 41ad73a21d965c197478a79d3664c8d7de7340036fb57c812e2ee3f6c1490d4e


create table action_bypasses (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid,
  reason text not null,
  uses integer default 0 not null,
  started_by uuid not null,
  started_at timestamp(3) with time zone not null,
  ends_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  ended_by uuid,
  constraint action_bypasses_pkey PRIMARY KEY (workspace_id, id),
  constraint action_bypasses_check CHECK (ends_at > started_at AND ends_at <= (started_at + '08:00:00'::interval)),
  constraint action_bypasses_check1 CHECK (ended_by IS NULL OR ended_at IS NOT NULL),
  constraint action_bypasses_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 2000),
  constraint action_bypasses_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint action_bypasses_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX action_bypasses_ended ON action_bypasses USING btree (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX action_bypasses_open ON action_bypasses USING btree (ends_at) WHERE ended_at IS NULL;
alter table action_bypasses enable row level security;
create policy workspace on action_bypasses using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on action_bypasses to bailiwick_app;

create table action_rules (
  workspace_id uuid not null,
  id uuid not null,
  action_type text not null,
  service_type text not null,
  agent_id uuid,
  connection_id uuid,
  payload_schema jsonb,
  decision text not null,
  max_per_day integer,
  used_on date,
  used_today integer default 0 not null,
  uses integer default 0 not null,
  last_used_at timestamp(3) with time zone,
  created_by uuid not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  ended_by uuid,
  constraint action_rules_pkey PRIMARY KEY (workspace_id, id),
  constraint action_rules_action_type_check CHECK (length(action_type) >= 1 AND length(action_type) <= 200),
  constraint action_rules_check CHECK (decision = 'reject'::text OR max_per_day IS NOT NULL),
  constraint action_rules_check1 CHECK (ended_by IS NULL OR ended_at IS NOT NULL),
  constraint action_rules_decision_check CHECK (decision = ANY (ARRAY['approve'::text, 'reject'::text])),
  constraint action_rules_max_per_day_check CHECK (max_per_day > 0),
  constraint action_rules_service_type_check CHECK (length(service_type) >= 1 AND length(service_type) <= 50),
  constraint action_rules_used_today_check CHECK (used_today >= 0),
  constraint action_rules_connection FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id),
  constraint action_rules_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint action_rules_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX action_rules_expiry ON action_rules USING btree (expires_at);
CREATE INDEX action_rules_type ON action_rules USING btree (workspace_id, action_type, service_type) WHERE ended_at IS NULL;
alter table action_rules enable row level security;
create policy workspace on action_rules using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on action_rules to bailiwick_app;

create table agent_actions (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  key_id uuid,
  action_type text not null,
  service_type text not null,
  connection_id uuid,
  task_id uuid,
  root_task_id uuid,
  holds_task boolean not null,
  payload jsonb not null,
  payload_hash text not null,
  proposed_payload jsonb,
  reasoning text,
  confidence double precision,
  amount_nanos bigint,
  status text not null,
  is_confirmed boolean default false not null,
  rule_id uuid,
  bypass_id uuid,
  decided_by uuid,
  decided_at timestamp(3) with time zone,
  decision_reason text,
  attempts integer default 0 not null,
  tries integer default 0 not null,
  retries integer default 0 not null,
  attempt_log jsonb default '[]'::jsonb not null,
  due_at timestamp(3) with time zone,
  lookups integer default 0 not null,
  repeats_safely boolean default false not null,
  result jsonb,
  receipt jsonb,
  error_message text,
  held_since timestamp(3) with time zone,
  expires_at timestamp(3) with time zone not null,
  executed_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null,
  approved_target text,
  constraint agent_actions_pkey PRIMARY KEY (workspace_id, id),
  constraint agent_actions_action_type_check CHECK (length(action_type) >= 1 AND length(action_type) <= 200),
  constraint agent_actions_amount_nanos_check CHECK (amount_nanos > 0),
  constraint agent_actions_approved_target_check CHECK (approved_target ~ '^sha256:[0-9a-f]{64}$'::text),
  constraint agent_actions_attempt_log_check CHECK (jsonb_array_length(attempt_log) <= 20),
  constraint agent_actions_check CHECK (NOT holds_task OR task_id IS NOT NULL),
  constraint agent_actions_check1 CHECK ((task_id IS NULL) = (root_task_id IS NULL)),
  constraint agent_actions_check2 CHECK ((status = ANY (ARRAY['pending'::text, 'expired'::text, 'canceled'::text])) = (decided_at IS NULL)),
  constraint agent_actions_check3 CHECK (decided_by IS NULL OR decided_at IS NOT NULL),
  constraint agent_actions_check4 CHECK ((status = ANY (ARRAY['executed'::text, 'failed'::text, 'rejected'::text, 'expired'::text, 'canceled'::text])) = (finished_at IS NOT NULL)),
  constraint agent_actions_check5 CHECK ((status = 'executed'::text) = (executed_at IS NOT NULL)),
  constraint agent_actions_check6 CHECK ((status <> ALL (ARRAY['approved'::text, 'executing'::text, 'awaiting_verification'::text])) OR due_at IS NOT NULL),
  constraint agent_actions_check7 CHECK (due_at IS NULL OR (status = ANY (ARRAY['approved'::text, 'executing'::text, 'awaiting_verification'::text, 'in_doubt'::text]))),
  constraint agent_actions_check8 CHECK (held_since IS NULL OR (status = ANY (ARRAY['pending'::text, 'approved'::text]))),
  constraint agent_actions_confidence_check CHECK (confidence >= 0::double precision AND confidence <= 1::double precision),
  constraint agent_actions_decision_reason_check CHECK (length(decision_reason) >= 1 AND length(decision_reason) <= 2000),
  constraint agent_actions_error_message_check CHECK (length(error_message) >= 1 AND length(error_message) <= 500),
  constraint agent_actions_payload_check CHECK (jsonb_typeof(payload) = 'object'::text),
  constraint agent_actions_payload_hash_check CHECK (payload_hash ~ '^sha256:[0-9a-f]{64}$'::text),
  constraint agent_actions_reasoning_check CHECK (length(reasoning) >= 1 AND length(reasoning) <= 10000),
  constraint agent_actions_service_type_check CHECK (length(service_type) >= 1 AND length(service_type) <= 50),
  constraint agent_actions_status_check CHECK (status = ANY (ARRAY['pending'::text, 'approved'::text, 'executing'::text, 'awaiting_verification'::text, 'in_doubt'::text, 'executed'::text, 'failed'::text, 'rejected'::text, 'expired'::text, 'canceled'::text])),
  constraint agent_actions_connection FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id),
  constraint agent_actions_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint agent_actions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint agent_actions_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX agent_actions_agent ON agent_actions USING btree (workspace_id, agent_id, id);
CREATE INDEX agent_actions_decided ON agent_actions USING btree (workspace_id, decided_at) WHERE decided_by IS NOT NULL;
CREATE INDEX agent_actions_due ON agent_actions USING btree (workspace_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX agent_actions_expiry ON agent_actions USING btree (expires_at) WHERE status = 'pending'::text AND held_since IS NULL;
CREATE INDEX agent_actions_finished ON agent_actions USING btree (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX agent_actions_held ON agent_actions USING btree (workspace_id, id) WHERE status = ANY (ARRAY['pending'::text, 'approved'::text]);
CREATE INDEX agent_actions_pending ON agent_actions USING btree (workspace_id, id) WHERE status = 'pending'::text;
CREATE INDEX agent_actions_task ON agent_actions USING btree (workspace_id, task_id, id) WHERE task_id IS NOT NULL;
alter table agent_actions enable row level security;
create policy workspace on agent_actions using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on agent_actions to bailiwick_app;

create table agent_presence (
  workspace_id uuid not null,
  agent_id uuid not null,
  last_seen_at timestamp(3) with time zone not null,
  constraint agent_presence_pkey PRIMARY KEY (workspace_id, agent_id),
  constraint agent_presence_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id)
);
alter table agent_presence enable row level security;
create policy workspace on agent_presence using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on agent_presence to bailiwick_app;

create table agent_revisions (
  workspace_id uuid not null,
  agent_id uuid not null,
  revision integer not null,
  config json not null,
  changed_fields text[] not null,
  created_by_kind text not null,
  created_by_id text not null,
  created_at timestamp(3) with time zone not null,
  secret_rules smallint default 0 not null,
  constraint agent_revisions_pkey PRIMARY KEY (workspace_id, agent_id, revision),
  constraint agent_revisions_config_check CHECK (json_typeof(config) = 'object'::text),
  constraint agent_revisions_created_by_kind_check CHECK (created_by_kind = ANY (ARRAY['user'::text, 'agent'::text, 'service'::text, 'system'::text])),
  constraint agent_revisions_revision_check CHECK (revision >= 1),
  constraint agent_revisions_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id)
);
CREATE INDEX agent_revisions_unsealed ON agent_revisions USING btree (workspace_id, agent_id, revision) WHERE secret_rules < 1;
CREATE TRIGGER agent_revisions_kept BEFORE UPDATE ON agent_revisions FOR EACH ROW EXECUTE FUNCTION bailiwick_keep_revision();
alter table agent_revisions enable row level security;
create policy workspace on agent_revisions using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on agent_revisions to bailiwick_app;
grant update (config, secret_rules) on agent_revisions to bailiwick_app;

create table agent_roles (
  workspace_id uuid not null,
  agent_id uuid not null,
  role text not null,
  can_assign_to_peers boolean default false not null,
  can_escalate_to_supervisor boolean default true not null,
  reports_to uuid,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  updated_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint agent_roles_pkey PRIMARY KEY (workspace_id, agent_id),
  constraint agent_roles_check CHECK (reports_to <> agent_id),
  constraint agent_roles_role_check CHECK (role = ANY (ARRAY['supervisor'::text, 'worker'::text, 'specialist'::text])),
  constraint agent_roles_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint agent_roles_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint agent_roles_workspace_id_reports_to_fkey FOREIGN KEY (workspace_id, reports_to) REFERENCES agent_roles(workspace_id, agent_id)
);
CREATE INDEX agent_roles_reports ON agent_roles USING btree (workspace_id, reports_to) WHERE reports_to IS NOT NULL;
alter table agent_roles enable row level security;
create policy workspace on agent_roles using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on agent_roles to bailiwick_app;

create table agent_secrets (
  workspace_id uuid not null,
  agent_id uuid not null,
  place text not null,
  sealed text not null,
  constraint agent_secrets_pkey PRIMARY KEY (workspace_id, agent_id, place),
  constraint agent_secrets_place_check CHECK (length(place) >= 2 AND length(place) <= 500),
  constraint agent_secrets_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id)
);
CREATE TRIGGER require_sealing_key BEFORE INSERT OR UPDATE OF sealed ON agent_secrets FOR EACH ROW EXECUTE FUNCTION require_sealing_key();
alter table agent_secrets enable row level security;
create policy workspace on agent_secrets using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on agent_secrets to bailiwick_app;
grant update (sealed) on agent_secrets to bailiwick_app;

create table agents (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  description text not null,
  avatar_emoji text not null,
  avatar_url text,
  personality text,
  agent_type text not null,
  status text default 'active'::text not null,
  is_default boolean not null,
  is_featured boolean not null,
  max_running_tasks integer,
  llm_config json not null,
  identity_config json not null,
  moltbook_config json not null,
  connection_url text,
  auth_config json not null,
  total_posts integer default 0 not null,
  last_post_at timestamp(3) with time zone,
  revision integer not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  secret_rules smallint default 0 not null,
  tags text[] default '{}'::text[] not null,
  billing_mode text,
  default_estimated_cost_usd double precision,
  last_connected_at timestamp(3) with time zone,
  last_error text,
  delivery text default 'pull'::text not null,
  constraint agents_pkey PRIMARY KEY (workspace_id, id),
  constraint agents_agent_type_check CHECK (agent_type = ANY (ARRAY['direct'::text, 'websocket'::text, 'http_api'::text, 'marketplace'::text])),
  constraint agents_auth_config_check CHECK (json_typeof(auth_config) = 'object'::text),
  constraint agents_avatar_emoji_check CHECK (length(avatar_emoji) >= 1 AND length(avatar_emoji) <= 10),
  constraint agents_avatar_url_check CHECK (length(avatar_url) <= 500),
  constraint agents_billing_mode_check CHECK (billing_mode = ANY (ARRAY['metered'::text, 'subscription'::text, 'included'::text, 'local'::text])),
  constraint agents_check CHECK (NOT (is_default AND status = 'archived'::text)),
  constraint agents_connection_url_check CHECK (length(connection_url) <= 500),
  constraint agents_default_estimated_cost_usd_check CHECK (default_estimated_cost_usd >= 0::double precision),
  constraint agents_delivery_check CHECK (delivery = ANY (ARRAY['pull'::text, 'push'::text])),
  constraint agents_description_check CHECK (length(description) <= 10000),
  constraint agents_identity_config_check CHECK (json_typeof(identity_config) = 'object'::text),
  constraint agents_last_error_check CHECK (length(last_error) <= 500),
  constraint agents_llm_config_check CHECK (json_typeof(llm_config) = 'object'::text),
  constraint agents_max_running_tasks_check CHECK (max_running_tasks >= 1 AND max_running_tasks <= 1000),
  constraint agents_moltbook_config_check CHECK (json_typeof(moltbook_config) = 'object'::text),
  constraint agents_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint agents_personality_check CHECK (length(personality) <= 10000),
  constraint agents_push CHECK (delivery = 'pull'::text OR agent_type = 'http_api'::text AND connection_url IS NOT NULL),
  constraint agents_revision_check CHECK (revision >= 1),
  constraint agents_status_check CHECK (status = ANY (ARRAY['active'::text, 'paused'::text, 'archived'::text])),
  constraint agents_tags CHECK (cardinality(tags) <= 20),
  constraint agents_total_posts_check CHECK (total_posts >= 0),
  constraint agents_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX agents_list ON agents USING btree (workspace_id, is_featured DESC, is_default DESC, created_at DESC, id DESC);
CREATE UNIQUE INDEX agents_one_default ON agents USING btree (workspace_id) WHERE is_default;
CREATE INDEX agents_pushed ON agents USING btree (workspace_id, id) WHERE delivery = 'push'::text AND status = 'active'::text;
CREATE INDEX agents_unsealed ON agents USING btree (workspace_id, id) WHERE secret_rules < 1;
alter table agents enable row level security;
create policy workspace on agents using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on agents to bailiwick_app;
grant update (agent_type, auth_config, avatar_emoji, avatar_url, billing_mode, connection_url, default_estimated_cost_usd, delivery, description, identity_config, is_default, is_featured, last_connected_at, last_error, last_post_at, llm_config, max_running_tasks, moltbook_config, name, personality, revision, secret_rules, status, tags, total_posts, updated_at) on agents to bailiwick_app;

create table alert_events (
  workspace_id uuid not null,
  id uuid not null,
  rule_id uuid not null,
  rule_name text not null,
  rule_type text not null,
  agent_id uuid,
  level text not null,
  metric_value double precision,
  threshold_value double precision not null,
  message text not null,
  agent_ids uuid[] not null,
  triggered_at timestamp(3) with time zone not null,
  acknowledged_at timestamp(3) with time zone,
  acknowledged_by_user_id uuid,
  resolved_at timestamp(3) with time zone,
  constraint alert_events_pkey PRIMARY KEY (workspace_id, id),
  constraint alert_events_check CHECK ((acknowledged_at IS NULL) = (acknowledged_by_user_id IS NULL)),
  constraint alert_events_level_check CHECK (level = ANY (ARRAY['warning'::text, 'alert'::text])),
  constraint alert_events_message_check CHECK (length(message) <= 2000),
  constraint alert_events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX alert_events_open ON alert_events USING btree (workspace_id, id) WHERE acknowledged_at IS NULL;
CREATE INDEX alert_events_time ON alert_events USING btree (triggered_at);
alter table alert_events enable row level security;
create policy workspace on alert_events using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on alert_events to bailiwick_app;
grant update (acknowledged_at, acknowledged_by_user_id, resolved_at) on alert_events to bailiwick_app;

create table alert_looks (
  workspace_id uuid not null,
  seen_seq bigint not null,
  looked_at timestamp(3) with time zone not null,
  constraint alert_looks_pkey PRIMARY KEY (workspace_id),
  constraint alert_looks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table alert_looks enable row level security;
create policy workspace on alert_looks using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on alert_looks to bailiwick_app;

create table alert_rules (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  rule_type text not null,
  threshold double precision not null,
  warning_threshold double precision,
  window_minutes integer not null,
  cooldown_minutes integer not null,
  is_enabled boolean not null,
  agent_id uuid,
  no_data text not null,
  muted_until timestamp(3) with time zone,
  level text,
  open_event_id uuid,
  last_triggered_at timestamp(3) with time zone,
  look_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint alert_rules_pkey PRIMARY KEY (workspace_id, id),
  constraint alert_rules_check CHECK (warning_threshold >= 0::double precision AND warning_threshold < threshold),
  constraint alert_rules_check1 CHECK ((level IS NULL) = (open_event_id IS NULL)),
  constraint alert_rules_cooldown_minutes_check CHECK (cooldown_minutes >= 0),
  constraint alert_rules_level_check CHECK (level = ANY (ARRAY['warning'::text, 'alert'::text])),
  constraint alert_rules_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint alert_rules_no_data_check CHECK (no_data = ANY (ARRAY['ignore'::text, 'fire'::text])),
  constraint alert_rules_rule_type_check CHECK (rule_type = ANY (ARRAY['cost_per_day'::text, 'error_rate'::text, 'no_heartbeat'::text])),
  constraint alert_rules_threshold_check CHECK (threshold >= 0::double precision),
  constraint alert_rules_window_minutes_check CHECK (window_minutes > 0),
  constraint alert_rules_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint alert_rules_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX alert_rules_due ON alert_rules USING btree (look_at) WHERE is_enabled;
alter table alert_rules enable row level security;
create policy workspace on alert_rules using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on alert_rules to bailiwick_app;

create table api_keys (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  agent_id uuid,
  name text not null,
  scopes text[] default '{}'::text[] not null,
  prefix text not null,
  key_hash text not null,
  created_by_user_id uuid,
  expires_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  created_by_key_id uuid,
  previous_hash text,
  previous_expires_at timestamp(3) with time zone,
  responsible_user_id uuid not null,
  billing_mode text,
  stop_id uuid,
  constraint api_keys_pkey PRIMARY KEY (workspace_id, id),
  constraint api_keys_key_hash_key UNIQUE (key_hash),
  constraint api_keys_previous_hash_key UNIQUE (previous_hash),
  constraint api_keys_billing_mode_check CHECK (billing_mode = ANY (ARRAY['metered'::text, 'subscription'::text, 'included'::text, 'local'::text])),
  constraint api_keys_check CHECK ((kind = 'agent'::text) = (agent_id IS NOT NULL)),
  constraint api_keys_check2 CHECK (expires_at > created_at),
  constraint api_keys_check3 CHECK (created_by_key_id <> id),
  constraint api_keys_check4 CHECK (created_by_key_id IS NULL OR created_by_user_id IS NULL),
  constraint api_keys_check5 CHECK ((previous_hash IS NULL) = (previous_expires_at IS NULL)),
  constraint api_keys_check6 CHECK (previous_expires_at <= expires_at),
  constraint api_keys_kind_check CHECK (kind = ANY (ARRAY['agent'::text, 'service'::text])),
  constraint api_keys_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint api_keys_scopes CHECK (
CASE kind
    WHEN 'service'::text THEN cardinality(scopes) > 0
    ELSE scopes <@ ARRAY['stop'::text]
END),
  constraint api_keys_stopped CHECK (stop_id IS NULL OR kind = 'agent'::text),
  constraint api_keys_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint api_keys_workspace_id_created_by_key_id_fkey FOREIGN KEY (workspace_id, created_by_key_id) REFERENCES api_keys(workspace_id, id),
  constraint api_keys_workspace_id_created_by_user_id_fkey FOREIGN KEY (workspace_id, created_by_user_id) REFERENCES members(workspace_id, user_id),
  constraint api_keys_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint api_keys_workspace_id_responsible_user_id_fkey FOREIGN KEY (workspace_id, responsible_user_id) REFERENCES members(workspace_id, user_id)
);
CREATE INDEX api_keys_made_by_key ON api_keys USING btree (workspace_id, created_by_key_id) WHERE created_by_key_id IS NOT NULL;
CREATE INDEX api_keys_of_agent ON api_keys USING btree (workspace_id, agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX api_keys_of_person ON api_keys USING btree (workspace_id, responsible_user_id);
CREATE TRIGGER api_keys_powers BEFORE UPDATE OF key_hash, previous_hash, previous_expires_at, expires_at, revoked_at, scopes, responsible_user_id, stop_id ON api_keys FOR EACH ROW EXECUTE FUNCTION bailiwick_require_alone();
alter table api_keys enable row level security;
create policy workspace on api_keys using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert on api_keys to bailiwick_app;
grant select (agent_id, billing_mode, created_at, created_by_key_id, created_by_user_id, expires_at, id, kind, last_used_at, name, prefix, previous_expires_at, responsible_user_id, revoked_at, scopes, stop_id, workspace_id) on api_keys to bailiwick_app;
grant update (last_used_at, responsible_user_id, revoked_at, stop_id) on api_keys to bailiwick_app;

create table attachment_chunks (
  workspace_id uuid not null,
  content_id uuid not null,
  place integer not null,
  data bytea not null,
  constraint attachment_chunks_pkey PRIMARY KEY (workspace_id, content_id, place),
  constraint attachment_chunks_data_check CHECK (octet_length(data) >= 1 AND octet_length(data) <= 262144),
  constraint attachment_chunks_place_check CHECK (place >= 0),
  constraint attachment_chunks_workspace_id_content_id_fkey FOREIGN KEY (workspace_id, content_id) REFERENCES attachment_contents(workspace_id, id) ON DELETE CASCADE
);
alter table attachment_chunks enable row level security;
create policy workspace on attachment_chunks using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on attachment_chunks to bailiwick_app;

create table attachment_contents (
  workspace_id uuid not null,
  id uuid not null,
  sha256 text,
  bytes integer default 0 not null,
  touched_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint attachment_contents_pkey PRIMARY KEY (workspace_id, id),
  constraint attachment_contents_workspace_id_sha256_key UNIQUE (workspace_id, sha256),
  constraint attachment_contents_bytes_check CHECK (bytes >= 0 AND bytes <= 26214400),
  constraint attachment_contents_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$'::text),
  constraint attachment_contents_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX attachment_contents_touched ON attachment_contents USING btree (touched_at);
alter table attachment_contents enable row level security;
create policy workspace on attachment_contents using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on attachment_contents to bailiwick_app;

create table attachments (
  workspace_id uuid not null,
  id uuid not null,
  task_id uuid not null,
  content_id uuid not null,
  name text not null,
  content_type text not null,
  bytes integer not null,
  sha256 text not null,
  created_by_agent_id uuid,
  created_by_user_id uuid,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint attachments_pkey PRIMARY KEY (workspace_id, id),
  constraint attachments_bytes_check CHECK (bytes >= 0 AND bytes <= 26214400),
  constraint attachments_check CHECK (num_nonnulls(created_by_agent_id, created_by_user_id) <= 1),
  constraint attachments_content_type_check CHECK (length(content_type) >= 3 AND length(content_type) <= 100),
  constraint attachments_name_check CHECK (length(name) >= 1 AND length(name) <= 255),
  constraint attachments_workspace_id_content_id_fkey FOREIGN KEY (workspace_id, content_id) REFERENCES attachment_contents(workspace_id, id),
  constraint attachments_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX attachments_content ON attachments USING btree (workspace_id, content_id);
CREATE INDEX attachments_task ON attachments USING btree (workspace_id, task_id, id);
alter table attachments enable row level security;
create policy workspace on attachments using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on attachments to bailiwick_app;

create table audit_leaves (
  workspace_id uuid not null,
  leaf bigint not null,
  fact_id uuid not null,
  seq bigint not null,
  data_sha256 bytea not null,
  hash bytea not null,
  constraint audit_leaves_pkey PRIMARY KEY (workspace_id, leaf),
  constraint audit_leaves_data_sha256_check CHECK (length(data_sha256) = 32),
  constraint audit_leaves_hash_check CHECK (length(hash) = 32),
  constraint audit_leaves_leaf_check CHECK (leaf >= 0)
);
CREATE UNIQUE INDEX audit_leaves_fact ON audit_leaves USING btree (workspace_id, fact_id);
CREATE TRIGGER audit_leaves_are_kept BEFORE DELETE OR UPDATE ON audit_leaves FOR EACH ROW EXECUTE FUNCTION bailiwick_refuse_change();
CREATE TRIGGER audit_leaves_are_kept_whole BEFORE TRUNCATE ON audit_leaves FOR EACH STATEMENT EXECUTE FUNCTION bailiwick_refuse_change();
alter table audit_leaves enable row level security;
create policy workspace on audit_leaves using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on audit_leaves to bailiwick_app;

create table audit_nodes (
  workspace_id uuid not null,
  level integer not null,
  place bigint not null,
  hash bytea not null,
  constraint audit_nodes_pkey PRIMARY KEY (workspace_id, level, place),
  constraint audit_nodes_hash_check CHECK (length(hash) = 32),
  constraint audit_nodes_level_check CHECK (level >= 1 AND level <= 7),
  constraint audit_nodes_place_check CHECK (place >= 0)
);
CREATE TRIGGER audit_nodes_are_kept BEFORE DELETE OR UPDATE ON audit_nodes FOR EACH ROW EXECUTE FUNCTION bailiwick_refuse_change();
CREATE TRIGGER audit_nodes_are_kept_whole BEFORE TRUNCATE ON audit_nodes FOR EACH STATEMENT EXECUTE FUNCTION bailiwick_refuse_change();
alter table audit_nodes enable row level security;
create policy workspace on audit_nodes using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on audit_nodes to bailiwick_app;

create table audit_trees (
  workspace_id uuid not null,
  size bigint not null,
  peaks bytea not null,
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  public_key text not null,
  sealed_key text not null,
  checkpoint text not null,
  sealed_at timestamp(3) with time zone not null,
  published_at timestamp(3) with time zone default bailiwick_now() not null,
  published_size bigint default 0 not null,
  constraint audit_trees_pkey PRIMARY KEY (workspace_id),
  constraint audit_trees_public_key_check CHECK (length(public_key) <= 100),
  constraint audit_trees_size_check CHECK (size >= 0),
  constraint audit_trees_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE TRIGGER require_sealing_key BEFORE INSERT OR UPDATE OF sealed_key ON audit_trees FOR EACH ROW EXECUTE FUNCTION require_sealing_key('sealed_key');
alter table audit_trees enable row level security;
create policy workspace on audit_trees using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on audit_trees to bailiwick_app;

create table audit_trimming (
  workspace_id uuid not null,
  leaf bigint default 0 not null,
  swept_at timestamp(3) with time zone,
  constraint audit_trimming_pkey PRIMARY KEY (workspace_id),
  constraint audit_trimming_leaf_check CHECK (leaf >= 0),
  constraint audit_trimming_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table audit_trimming enable row level security;
create policy workspace on audit_trimming using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));

create table audit_witnesses (
  workspace_id uuid not null,
  name text not null,
  size bigint default 0 not null,
  checkpoint text,
  cosignature text,
  witnessed_at timestamp(3) with time zone,
  failures integer default 0 not null,
  next_at timestamp(3) with time zone not null,
  problem text,
  problem_at timestamp(3) with time zone,
  is_refused boolean default false not null,
  constraint audit_witnesses_pkey PRIMARY KEY (workspace_id, name),
  constraint audit_witnesses_name_check CHECK (length(name) <= 200),
  constraint audit_witnesses_problem_check CHECK (length(problem) <= 500),
  constraint audit_witnesses_size_check CHECK (size >= 0),
  constraint audit_witnesses_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table audit_witnesses enable row level security;
create policy workspace on audit_witnesses using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on audit_witnesses to bailiwick_app;

create table connection_tools (
  workspace_id uuid not null,
  connection_id uuid not null,
  name text not null,
  state text not null,
  digest text not null,
  definition jsonb not null,
  seen_digest text,
  seen jsonb,
  constraint connection_tools_pkey PRIMARY KEY (workspace_id, connection_id, name),
  constraint connection_tools_check CHECK ((state = 'changed'::text) = (seen IS NOT NULL)),
  constraint connection_tools_check1 CHECK ((seen IS NULL) = (seen_digest IS NULL)),
  constraint connection_tools_name_check CHECK (length(name) <= 100),
  constraint connection_tools_state_check CHECK (state = ANY (ARRAY['pinned'::text, 'changed'::text, 'gone'::text])),
  constraint connection_tools_workspace_id_connection_id_fkey FOREIGN KEY (workspace_id, connection_id) REFERENCES connections(workspace_id, id)
);
alter table connection_tools enable row level security;
create policy workspace on connection_tools using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on connection_tools to bailiwick_app;

create table connections (
  workspace_id uuid not null,
  id uuid not null,
  service_type text not null,
  name text not null,
  category text not null,
  status text not null,
  config jsonb not null,
  sealed_secret text,
  scopes_granted text[] not null,
  agent_ids uuid[],
  usage_count integer not null,
  last_used_at timestamp(3) with time zone,
  last_error text,
  created_at timestamp(3) with time zone not null,
  secret_number integer default 0 not null,
  constraint connections_pkey PRIMARY KEY (workspace_id, id),
  constraint connections_category_check CHECK (category = ANY (ARRAY['connect'::text, 'know'::text, 'do'::text, 'automate'::text, 'protect'::text, 'scale'::text])),
  constraint connections_check CHECK (status <> 'disconnected'::text OR sealed_secret IS NULL),
  constraint connections_last_error_check CHECK (length(last_error) <= 500),
  constraint connections_name_check CHECK (length(name) <= 100),
  constraint connections_service_type_check CHECK (service_type = ANY (ARRAY['http'::text, 'email'::text, 'slack'::text, 'github'::text, 'moltbook'::text, 'mcp'::text, 'anthropic'::text, 'openai'::text])),
  constraint connections_status_check CHECK (status = ANY (ARRAY['connected'::text, 'error'::text, 'disconnected'::text])),
  constraint connections_usage_count_check CHECK (usage_count >= 0),
  constraint connections_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX connections_sealed ON connections USING btree (workspace_id, id) WHERE sealed_secret IS NOT NULL;
CREATE TRIGGER require_sealing_key BEFORE INSERT OR UPDATE OF sealed_secret ON connections FOR EACH ROW WHEN (new.sealed_secret IS NOT NULL) EXECUTE FUNCTION require_sealing_key('sealed_secret');
alter table connections enable row level security;
create policy workspace on connections using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on connections to bailiwick_app;

create table deliveries (
  workspace_id uuid not null,
  owner_id uuid not null,
  position bigint not null,
  message_id uuid not null,
  thread_id uuid not null,
  delivered_at timestamp(3) with time zone,
  read_at timestamp(3) with time zone,
  constraint deliveries_pkey PRIMARY KEY (workspace_id, owner_id, "position"),
  constraint deliveries_workspace_id_owner_id_message_id_key UNIQUE (workspace_id, owner_id, message_id),
  constraint deliveries_check CHECK (read_at IS NULL OR delivered_at IS NOT NULL),
  constraint deliveries_position_check CHECK ("position" > 0)
);
CREATE INDEX deliveries_unread ON deliveries USING btree (workspace_id, owner_id, "position") INCLUDE (thread_id) WHERE read_at IS NULL;
alter table deliveries enable row level security;
create policy workspace on deliveries using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on deliveries to bailiwick_app;

create table demo_runs (
  workspace_id uuid not null,
  id uuid not null,
  key_id uuid not null,
  root_task_id uuid,
  outcome text,
  reason text,
  started_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  constraint demo_runs_pkey PRIMARY KEY (workspace_id),
  constraint demo_runs_check CHECK (expires_at > started_at),
  constraint demo_runs_check1 CHECK ((outcome IS NULL) = (ended_at IS NULL)),
  constraint demo_runs_check2 CHECK ((NOT outcome IS DISTINCT FROM 'failed'::text) = (reason IS NOT NULL)),
  constraint demo_runs_outcome_check CHECK (outcome = ANY (ARRAY['completed'::text, 'failed'::text])),
  constraint demo_runs_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 2000),
  constraint demo_runs_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint demo_runs_workspace_id_key_id_fkey FOREIGN KEY (workspace_id, key_id) REFERENCES api_keys(workspace_id, id),
  constraint demo_runs_workspace_id_root_task_id_fkey FOREIGN KEY (workspace_id, root_task_id) REFERENCES tasks(workspace_id, id)
);
alter table demo_runs enable row level security;
create policy workspace on demo_runs using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on demo_runs to bailiwick_app;

create table device_codes (
  id uuid not null,
  device_hash text not null,
  user_hash text not null,
  client_name text not null,
  agent_name text,
  ip text not null,
  status text default 'waiting'::text not null,
  decided_workspace_id uuid,
  decided_by_user_id uuid,
  agent_id uuid,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  expires_at timestamp(3) with time zone not null,
  polled_at timestamp(3) with time zone,
  constraint device_codes_pkey PRIMARY KEY (id),
  constraint device_codes_device_hash_key UNIQUE (device_hash),
  constraint device_codes_user_hash_key UNIQUE (user_hash),
  constraint device_codes_status_check CHECK (status = ANY (ARRAY['waiting'::text, 'approved'::text, 'denied'::text, 'used'::text]))
);
CREATE INDEX device_codes_age ON device_codes USING btree (expires_at);

create table exchanges (
  workspace_id uuid not null,
  one_id uuid not null,
  other_id uuid not null,
  messages integer default 0 not null,
  since timestamp(3) with time zone default bailiwick_now() not null,
  last_at timestamp(3) with time zone default bailiwick_now() not null,
  last_message_id uuid,
  constraint exchanges_pkey PRIMARY KEY (workspace_id, one_id, other_id),
  constraint exchanges_check CHECK (one_id < other_id),
  constraint exchanges_messages_check CHECK (messages >= 0),
  constraint exchanges_workspace_id_one_id_fkey FOREIGN KEY (workspace_id, one_id) REFERENCES mailboxes(workspace_id, owner_id),
  constraint exchanges_workspace_id_other_id_fkey FOREIGN KEY (workspace_id, other_id) REFERENCES mailboxes(workspace_id, owner_id)
);
alter table exchanges enable row level security;
create policy workspace on exchanges using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on exchanges to bailiwick_app;

create table fact_counts (
  workspace_id uuid not null,
  at timestamp(3) with time zone not null,
  type text not null,
  facts bigint not null,
  constraint fact_counts_pkey PRIMARY KEY (workspace_id, at, type),
  constraint fact_counts_facts_check CHECK (facts > 0),
  constraint fact_counts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table fact_counts enable row level security;
create policy workspace on fact_counts using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant select on fact_counts to bailiwick_app;

create table fact_marks (
  workspace_id uuid not null,
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  constraint fact_marks_pkey PRIMARY KEY (workspace_id),
  constraint fact_marks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table fact_marks enable row level security;
create policy workspace on fact_marks using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant select on fact_marks to bailiwick_app;

create table fact_payloads (
  workspace_id uuid not null,
  fact_id uuid not null,
  payload json not null,
  constraint fact_payloads_pkey PRIMARY KEY (workspace_id, fact_id)
);
alter table fact_payloads enable row level security;
create policy workspace on fact_payloads using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on fact_payloads to bailiwick_app;

create table facts (
  workspace_id uuid not null,
  id uuid not null,
  xid xid8 default pg_current_xact_id() not null,
  seq bigint generated by default as identity not null,
  type text not null,
  actor_kind text not null,
  actor_id text not null,
  key_id uuid,
  subject_kind text not null,
  subject_id uuid not null,
  agent_id uuid,
  data jsonb default '{}'::jsonb not null,
  request_id text not null,
  trace_id text,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  is_reported boolean default false not null,
  redaction_id uuid,
  constraint facts_pkey PRIMARY KEY (workspace_id, seq),
  constraint facts_actor_kind_check CHECK (actor_kind = ANY (ARRAY['user'::text, 'agent'::text, 'service'::text, 'system'::text])),
  constraint facts_reported_types CHECK (NOT is_reported OR (type = ANY (ARRAY['task.progress'::text, 'task.tool_call'::text, 'task.tool_result'::text]))) NOT VALID,
  constraint facts_type_check CHECK (type ~ '^[a-z_]+\.[a-z_]+$'::text)
);
CREATE INDEX facts_actor ON facts USING btree (workspace_id, actor_id, seq) WHERE agent_id IS NULL OR agent_id::text <> actor_id;
CREATE INDEX facts_agent ON facts USING btree (workspace_id, agent_id, seq) WHERE agent_id IS NOT NULL;
CREATE INDEX facts_subject ON facts USING btree (workspace_id, subject_id, seq);
CREATE INDEX facts_type ON facts USING btree (workspace_id, type, seq);
CREATE INDEX facts_window ON facts USING btree (workspace_id, xid, seq);
CREATE TRIGGER facts_are_kept BEFORE DELETE OR UPDATE ON facts FOR EACH ROW EXECUTE FUNCTION bailiwick_keep_fact();
CREATE TRIGGER facts_are_kept_whole BEFORE TRUNCATE ON facts FOR EACH STATEMENT EXECUTE FUNCTION bailiwick_refuse_change();
alter table facts enable row level security;
create policy workspace on facts using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on facts to bailiwick_app;

create table gate_calls (
  workspace_id uuid not null,
  action_id uuid not null,
  agent_id uuid not null,
  call_hash text not null,
  used_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null,
  constraint gate_calls_pkey PRIMARY KEY (workspace_id, action_id),
  constraint gate_calls_call_hash_check CHECK (call_hash ~ '^sha256:[0-9a-f]{64}$'::text),
  constraint gate_calls_workspace_id_action_id_fkey FOREIGN KEY (workspace_id, action_id) REFERENCES agent_actions(workspace_id, id) ON DELETE CASCADE,
  constraint gate_calls_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint gate_calls_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE UNIQUE INDEX gate_calls_open ON gate_calls USING btree (workspace_id, agent_id, call_hash) WHERE used_at IS NULL;
alter table gate_calls enable row level security;
create policy workspace on gate_calls using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on gate_calls to bailiwick_app;

create table gate_rules (
  workspace_id uuid not null,
  id uuid not null,
  tool_pattern text not null,
  agent_id uuid,
  decision text not null,
  mode text not null,
  created_by uuid not null,
  created_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  ended_by uuid,
  constraint gate_rules_pkey PRIMARY KEY (workspace_id, id),
  constraint gate_rules_check CHECK ((ended_at IS NULL) = (ended_by IS NULL)),
  constraint gate_rules_decision_check CHECK (decision = ANY (ARRAY['allow'::text, 'ask'::text, 'deny'::text])),
  constraint gate_rules_mode_check CHECK (mode = ANY (ARRAY['enforce'::text, 'shadow'::text])),
  constraint gate_rules_tool_pattern_check CHECK (length(tool_pattern) >= 1 AND length(tool_pattern) <= 300),
  constraint gate_rules_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint gate_rules_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX gate_rules_agent ON gate_rules USING btree (workspace_id, agent_id) WHERE agent_id IS NOT NULL;
CREATE INDEX gate_rules_ended ON gate_rules USING btree (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX gate_rules_open ON gate_rules USING btree (workspace_id, id) WHERE ended_at IS NULL;
alter table gate_rules enable row level security;
create policy workspace on gate_rules using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on gate_rules to bailiwick_app;

create table gate_tallies (
  workspace_id uuid not null,
  agent_id uuid not null,
  minute timestamp(3) with time zone not null,
  kind text not null,
  decisions integer not null,
  data jsonb not null,
  constraint gate_tallies_pkey PRIMARY KEY (workspace_id, agent_id, minute, kind),
  constraint gate_tallies_decisions_check CHECK (decisions > 0),
  constraint gate_tallies_kind_check CHECK (length(kind) >= 1 AND length(kind) <= 300),
  constraint gate_tallies_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint gate_tallies_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX gate_tallies_minute ON gate_tallies USING btree (minute);
alter table gate_tallies enable row level security;
create policy workspace on gate_tallies using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on gate_tallies to bailiwick_app;

create table gates (
  workspace_id uuid not null,
  agent_id uuid not null,
  status text not null,
  running integer default 0 not null,
  running_max integer,
  throttle_per_minute integer,
  throttle_tokens double precision default 0 not null,
  throttle_at timestamp(3) with time zone default bailiwick_now() not null,
  last_refusal jsonb,
  lease_lost_at timestamp(3) with time zone,
  pool_id uuid,
  owner_id uuid generated always as (NULLIF(agent_id, pool_id)) stored,
  allowed_model text,
  paused_by uuid,
  stop_id uuid,
  parked_until timestamp(3) with time zone,
  parked_code text,
  parked_model text,
  parked_at timestamp(3) with time zone,
  constraint gates_pkey PRIMARY KEY (workspace_id, agent_id),
  constraint gates_allowed_model_check CHECK (length(allowed_model) <= 200),
  constraint gates_check CHECK ((parked_until IS NULL) = (parked_code IS NULL)),
  constraint gates_check1 CHECK ((parked_until IS NULL) = (parked_at IS NULL)),
  constraint gates_parked_code_check CHECK (parked_code = ANY (ARRAY['provider_quota'::text, 'provider_capacity'::text])),
  constraint gates_parked_model_check CHECK (length(parked_model) <= 200),
  constraint gates_pool CHECK (pool_id = agent_id),
  constraint gates_running_check CHECK (running >= 0),
  constraint gates_running_max_check CHECK (running_max >= 1),
  constraint gates_status_check CHECK (status = ANY (ARRAY['active'::text, 'paused'::text, 'archived'::text])),
  constraint gates_throttle_per_minute_check CHECK (throttle_per_minute >= 1),
  constraint gates_agent FOREIGN KEY (workspace_id, owner_id) REFERENCES agents(workspace_id, id),
  constraint gates_pool_key FOREIGN KEY (workspace_id, pool_id) REFERENCES pools(workspace_id, id),
  constraint gates_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table gates enable row level security;
create policy workspace on gates using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on gates to bailiwick_app;

create table gateway_habits (
  workspace_id uuid not null,
  agent_id uuid not null,
  model text not null,
  recent_tokens integer[] not null,
  used_at timestamp(3) with time zone not null,
  constraint gateway_habits_pkey PRIMARY KEY (workspace_id, agent_id, model),
  constraint gateway_habits_model_check CHECK (length(model) >= 1 AND length(model) <= 200),
  constraint gateway_habits_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint gateway_habits_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table gateway_habits enable row level security;
create policy workspace on gateway_habits using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on gateway_habits to bailiwick_app;

create table governance_settings (
  workspace_id uuid not null,
  required_approvals integer not null,
  constraint governance_settings_pkey PRIMARY KEY (workspace_id),
  constraint governance_settings_required_approvals_check CHECK (required_approvals >= 1 AND required_approvals <= 2),
  constraint governance_settings_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table governance_settings enable row level security;
create policy workspace on governance_settings using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on governance_settings to bailiwick_app;

create table idempotency_answers (
  workspace_id uuid not null,
  credential text not null,
  key text not null,
  operation text not null,
  input_hash text not null,
  answer json,
  sealed text,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint idempotency_answers_pkey PRIMARY KEY (workspace_id, credential, key),
  constraint idempotency_answers_check CHECK ((answer IS NULL) <> (sealed IS NULL)),
  constraint idempotency_answers_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX idempotency_answers_age ON idempotency_answers USING btree (created_at);
CREATE TRIGGER require_sealing_key BEFORE INSERT OR UPDATE OF sealed ON idempotency_answers FOR EACH ROW WHEN (new.sealed IS NOT NULL) EXECUTE FUNCTION require_sealing_key();
alter table idempotency_answers enable row level security;
create policy workspace on idempotency_answers using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select on idempotency_answers to bailiwick_app;
grant update (answer, sealed) on idempotency_answers to bailiwick_app;

create table installation (
  only_row boolean default true not null,
  epoch uuid default gen_random_uuid() not null,
  owner_user_id uuid,
  sealed_fingerprint_key text,
  owner_signed_in_at timestamp(3) with time zone,
  constraint installation_pkey PRIMARY KEY (only_row),
  constraint installation_only_row_check CHECK (only_row),
  constraint installation_owner_user_id_fkey FOREIGN KEY (owner_user_id) REFERENCES users(id)
);
grant select (epoch, only_row, owner_user_id) on installation to bailiwick_app;

create table invitations (
  workspace_id uuid not null,
  id uuid not null,
  email text not null,
  role text not null,
  token_hash text not null,
  status text default 'open'::text not null,
  invited_by_user_id uuid not null,
  accepted_by_user_id uuid,
  expires_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint invitations_pkey PRIMARY KEY (workspace_id, id),
  constraint invitations_token_hash_key UNIQUE (token_hash),
  constraint invitations_check CHECK (expires_at > created_at),
  constraint invitations_check1 CHECK ((status = 'open'::text) = (ended_at IS NULL)),
  constraint invitations_check2 CHECK ((status = 'accepted'::text) = (accepted_by_user_id IS NOT NULL)),
  constraint invitations_email_check CHECK (email !~ '[A-Z]'::text AND length(email) >= 3 AND length(email) <= 254),
  constraint invitations_role_check CHECK (role = ANY (ARRAY['admin'::text, 'member'::text, 'viewer'::text])),
  constraint invitations_status_check CHECK (status = ANY (ARRAY['open'::text, 'accepted'::text, 'revoked'::text, 'replaced'::text])),
  constraint invitations_workspace_id_accepted_by_user_id_fkey FOREIGN KEY (workspace_id, accepted_by_user_id) REFERENCES members(workspace_id, user_id),
  constraint invitations_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint invitations_workspace_id_invited_by_user_id_fkey FOREIGN KEY (workspace_id, invited_by_user_id) REFERENCES members(workspace_id, user_id)
);
CREATE INDEX invitations_of_sender ON invitations USING btree (workspace_id, invited_by_user_id) WHERE status = 'open'::text;
CREATE UNIQUE INDEX invitations_open ON invitations USING btree (workspace_id, email) WHERE status = 'open'::text;
alter table invitations enable row level security;
create policy workspace on invitations using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert on invitations to bailiwick_app;
grant select (accepted_by_user_id, created_at, email, ended_at, expires_at, id, invited_by_user_id, role, status, workspace_id) on invitations to bailiwick_app;
grant update (ended_at, status) on invitations to bailiwick_app;

create table mailboxes (
  workspace_id uuid not null,
  owner_id uuid not null,
  agent_id uuid,
  user_id uuid,
  last_position bigint default 0 not null,
  unread integer default 0 not null,
  chain integer default 0 not null,
  chain_since timestamp(3) with time zone,
  chain_at timestamp(3) with time zone,
  person_wrote_at timestamp(3) with time zone,
  constraint mailboxes_pkey PRIMARY KEY (workspace_id, owner_id),
  constraint mailboxes_chain_check CHECK (chain >= 0),
  constraint mailboxes_check CHECK (num_nonnulls(agent_id, user_id) = 1),
  constraint mailboxes_check1 CHECK (owner_id = COALESCE(agent_id, user_id)),
  constraint mailboxes_last_position_check CHECK (last_position >= 0),
  constraint mailboxes_unread_check CHECK (unread >= 0),
  constraint mailboxes_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint mailboxes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint mailboxes_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members(workspace_id, user_id)
);
alter table mailboxes enable row level security;
create policy workspace on mailboxes using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on mailboxes to bailiwick_app;

create table members (
  workspace_id uuid not null,
  user_id uuid not null,
  role text not null,
  joined_at timestamp(3) with time zone default bailiwick_now() not null,
  ended_at timestamp(3) with time zone,
  constraint members_pkey PRIMARY KEY (workspace_id, user_id),
  constraint members_check CHECK (ended_at >= joined_at),
  constraint members_role_check CHECK (role = ANY (ARRAY['owner'::text, 'admin'::text, 'member'::text, 'viewer'::text])),
  constraint members_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id),
  constraint members_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX members_of_user ON members USING btree (user_id, joined_at, workspace_id) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX members_one_owner ON members USING btree (workspace_id) WHERE role = 'owner'::text AND ended_at IS NULL;
CREATE TRIGGER members_powers BEFORE UPDATE OF role, ended_at ON members FOR EACH ROW WHEN (old.ended_at IS NULL AND (new.ended_at IS NOT NULL OR new.role <> old.role)) EXECUTE FUNCTION bailiwick_require_alone();
alter table members enable row level security;
create policy workspace on members using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant select on members to bailiwick_app;
grant update (ended_at, role) on members to bailiwick_app;

create table messages (
  workspace_id uuid not null,
  id uuid not null,
  thread_id uuid not null,
  task_id uuid,
  role text not null,
  content text not null,
  from_agent_id uuid,
  from_user_id uuid,
  to_agent_id uuid,
  to_user_id uuid,
  in_reply_to uuid,
  reply_by timestamp(3) with time zone,
  replied_at timestamp(3) with time zone,
  overdue_at timestamp(3) with time zone,
  look_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  attachment_ids uuid[] default '{}'::uuid[] not null,
  constraint messages_pkey PRIMARY KEY (workspace_id, id),
  constraint messages_attachment_ids_check CHECK (cardinality(attachment_ids) <= 10),
  constraint messages_check CHECK ((role = 'agent'::text) = (from_agent_id IS NOT NULL)),
  constraint messages_check1 CHECK ((role = 'user'::text) = (from_user_id IS NOT NULL)),
  constraint messages_check2 CHECK (num_nonnulls(to_agent_id, to_user_id) <= 1),
  constraint messages_check3 CHECK (from_agent_id <> to_agent_id),
  constraint messages_check4 CHECK (from_user_id <> to_user_id),
  constraint messages_check5 CHECK (reply_by IS NULL OR reply_by > created_at AND num_nonnulls(to_agent_id, to_user_id) = 1),
  constraint messages_check6 CHECK (replied_at IS NULL OR reply_by IS NOT NULL),
  constraint messages_check7 CHECK (overdue_at IS NULL OR reply_by <= overdue_at),
  constraint messages_check8 CHECK (look_at IS NULL OR reply_by IS NOT NULL AND replied_at IS NULL AND overdue_at IS NULL),
  constraint messages_content_check CHECK (octet_length(content) >= 1 AND octet_length(content) <= 65536),
  constraint messages_role_check CHECK (role = ANY (ARRAY['agent'::text, 'user'::text, 'system'::text])),
  constraint messages_workspace_id_in_reply_to_fkey FOREIGN KEY (workspace_id, in_reply_to) REFERENCES messages(workspace_id, id),
  constraint messages_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id),
  constraint messages_workspace_id_to_agent_id_fkey FOREIGN KEY (workspace_id, to_agent_id) REFERENCES agents(workspace_id, id),
  constraint messages_workspace_id_to_user_id_fkey FOREIGN KEY (workspace_id, to_user_id) REFERENCES members(workspace_id, user_id)
);
CREATE INDEX messages_awaiting ON messages USING btree (workspace_id, id) WHERE reply_by IS NOT NULL AND replied_at IS NULL;
CREATE INDEX messages_due ON messages USING btree (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX messages_from_agent ON messages USING btree (workspace_id, from_agent_id, id) WHERE from_agent_id IS NOT NULL;
CREATE INDEX messages_open ON messages USING btree (workspace_id, COALESCE(from_agent_id, from_user_id)) WHERE look_at IS NOT NULL;
CREATE INDEX messages_task ON messages USING btree (workspace_id, task_id, id) WHERE task_id IS NOT NULL;
CREATE INDEX messages_thread ON messages USING btree (workspace_id, thread_id, id);
CREATE INDEX messages_words ON messages USING gin (message_words(workspace_id, content)) WITH (fastupdate='on');
alter table messages enable row level security;
create policy workspace on messages using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on messages to bailiwick_app;
grant update (content, look_at, overdue_at, replied_at) on messages to bailiwick_app;

create table obs_counters (
  workspace_id uuid not null,
  grain text not null,
  at timestamp(0) with time zone not null,
  agent_id uuid not null,
  events bigint not null,
  errors bigint not null,
  llm_calls bigint not null,
  runs bigint not null,
  runs_successful bigint not null,
  runs_failed bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  tokens_cached bigint not null,
  cost_nanos numeric(30,0) not null,
  list_cost_nanos numeric(30,0) not null,
  unpriced_calls bigint not null,
  last_event_at timestamp(3) with time zone not null,
  constraint obs_counters_pkey PRIMARY KEY (workspace_id, grain, agent_id, at),
  constraint obs_counters_grain_check CHECK (grain = ANY (ARRAY['minute'::text, 'day'::text]))
);
CREATE INDEX obs_counters_minutes ON obs_counters USING btree (at) WHERE grain = 'minute'::text;
CREATE INDEX obs_counters_time ON obs_counters USING btree (workspace_id, grain, at, agent_id);
alter table obs_counters enable row level security;
create policy workspace on obs_counters using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_counters to bailiwick_app;

create table obs_events (
  workspace_id uuid not null,
  id uuid not null,
  occurred_at timestamp(3) with time zone not null,
  agent_id uuid not null,
  run_id uuid,
  task_id uuid,
  event_type text not null,
  status text not null,
  provider text,
  model text,
  tokens_in bigint,
  tokens_out bigint,
  tokens_cached bigint,
  tokens_cache_write bigint,
  tokens_cache_write_1h bigint,
  tokens_reasoning bigint,
  web_searches integer,
  service_tier text,
  billing_mode text not null,
  cost_nanos bigint,
  list_cost_nanos bigint,
  cost_source text,
  price_source text,
  unpriced_classes text[],
  latency_ms integer,
  payload jsonb not null,
  source text not null,
  is_other_model boolean default false not null,
  constraint obs_events_pkey PRIMARY KEY (workspace_id, id),
  constraint obs_events_billing_mode_check CHECK (billing_mode = ANY (ARRAY['metered'::text, 'subscription'::text, 'included'::text, 'local'::text])),
  constraint obs_events_check CHECK ((tokens_cached + tokens_cache_write) <= tokens_in),
  constraint obs_events_check1 CHECK (tokens_cache_write_1h <= tokens_cache_write),
  constraint obs_events_check2 CHECK (tokens_reasoning <= tokens_out),
  constraint obs_events_cost_nanos_check CHECK (cost_nanos >= 0),
  constraint obs_events_cost_source_check CHECK (cost_source = ANY (ARRAY['reported'::text, 'derived'::text, 'partial'::text, 'unpriced'::text])),
  constraint obs_events_latency_ms_check CHECK (latency_ms >= 0),
  constraint obs_events_list_cost_nanos_check CHECK (list_cost_nanos >= 0),
  constraint obs_events_source_check CHECK (source = ANY (ARRAY['api'::text, 'otlp'::text, 'gateway'::text])),
  constraint obs_events_status_check CHECK (status = ANY (ARRAY['success'::text, 'error'::text, 'info'::text])),
  constraint obs_events_tokens_cache_write_1h_check CHECK (tokens_cache_write_1h >= 0),
  constraint obs_events_tokens_cache_write_check CHECK (tokens_cache_write >= 0),
  constraint obs_events_tokens_cached_check CHECK (tokens_cached >= 0),
  constraint obs_events_tokens_in_check CHECK (tokens_in >= 0),
  constraint obs_events_tokens_out_check CHECK (tokens_out >= 0),
  constraint obs_events_tokens_reasoning_check CHECK (tokens_reasoning >= 0),
  constraint obs_events_web_searches_check CHECK (web_searches >= 0)
);
CREATE INDEX obs_events_agent ON ONLY obs_events USING btree (workspace_id, agent_id, id);
CREATE INDEX obs_events_run ON ONLY obs_events USING btree (workspace_id, run_id, id) WHERE run_id IS NOT NULL;
CREATE INDEX obs_events_task ON ONLY obs_events USING btree (workspace_id, task_id, id) WHERE task_id IS NOT NULL;
CREATE INDEX obs_events_type ON ONLY obs_events USING btree (workspace_id, event_type, id);
alter table obs_events enable row level security;
create policy workspace on obs_events using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on obs_events to bailiwick_app;
grant update (cost_nanos, cost_source, list_cost_nanos, price_source, unpriced_classes) on obs_events to bailiwick_app;

create table obs_fees (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid,
  name text not null,
  monthly_nanos bigint not null,
  first_day date not null,
  last_day date,
  constraint obs_fees_pkey PRIMARY KEY (workspace_id, id),
  constraint obs_fees_check CHECK (last_day >= first_day),
  constraint obs_fees_monthly_nanos_check CHECK (monthly_nanos >= 0),
  constraint obs_fees_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint obs_fees_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint obs_fees_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table obs_fees enable row level security;
create policy workspace on obs_fees using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select on obs_fees to bailiwick_app;
grant update (last_day) on obs_fees to bailiwick_app;

create table obs_keys (
  workspace_id uuid not null,
  key_hash bytea not null,
  event_id uuid not null,
  constraint obs_keys_pkey PRIMARY KEY (workspace_id, key_hash),
  constraint obs_keys_key_hash_check CHECK (octet_length(key_hash) = 16)
);
CREATE INDEX obs_keys_age ON obs_keys USING btree (event_id);
alter table obs_keys enable row level security;
create policy workspace on obs_keys using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on obs_keys to bailiwick_app;

create table obs_latencies (
  workspace_id uuid not null,
  agent_id uuid not null,
  day date not null,
  event_id uuid not null,
  latencies_ms integer[] not null,
  counts integer[],
  level smallint default 0 not null,
  constraint obs_latencies_pkey PRIMARY KEY (workspace_id, agent_id, day, event_id),
  constraint obs_latencies_check CHECK (cardinality(counts) = cardinality(latencies_ms)),
  constraint obs_latencies_level_check CHECK (level >= 0 AND level <= 9)
);
CREATE INDEX obs_latencies_loose ON obs_latencies USING btree (workspace_id, agent_id, day, level) WHERE level < 9;
alter table obs_latencies enable row level security;
create policy workspace on obs_latencies using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on obs_latencies to bailiwick_app;

create table obs_outcomes (
  workspace_id uuid not null,
  day date not null,
  agent_id uuid not null,
  task_id uuid not null,
  commits numeric(20,3) not null,
  pull_requests numeric(20,3) not null,
  lines_added numeric(20,3) not null,
  lines_removed numeric(20,3) not null,
  active_seconds numeric(20,3) not null,
  constraint obs_outcomes_pkey PRIMARY KEY (workspace_id, day, agent_id, task_id)
);
alter table obs_outcomes enable row level security;
create policy workspace on obs_outcomes using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_outcomes to bailiwick_app;

create table obs_price_overrides (
  workspace_id uuid not null,
  id uuid not null,
  provider text,
  model text not null,
  prices jsonb not null,
  valid_from timestamp(3) with time zone,
  valid_to timestamp(3) with time zone,
  known_since timestamp(3) with time zone not null,
  constraint obs_price_overrides_pkey PRIMARY KEY (workspace_id, id),
  constraint obs_price_overrides_check CHECK (valid_from < valid_to),
  constraint obs_price_overrides_model_check CHECK (length(model) >= 1 AND length(model) <= 200),
  constraint obs_price_overrides_provider_check CHECK (length(provider) >= 1 AND length(provider) <= 200),
  constraint obs_price_overrides_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table obs_price_overrides enable row level security;
create policy workspace on obs_price_overrides using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select on obs_price_overrides to bailiwick_app;

create table obs_retention (
  workspace_id uuid not null,
  floor_days integer,
  events_before date,
  rows_gone bigint default 0 not null,
  bytes_gone bigint default 0 not null,
  swept_at timestamp(3) with time zone,
  constraint obs_retention_pkey PRIMARY KEY (workspace_id),
  constraint obs_retention_bytes_gone_check CHECK (bytes_gone >= 0),
  constraint obs_retention_floor_days_check CHECK (floor_days >= 1 AND floor_days <= 185),
  constraint obs_retention_rows_gone_check CHECK (rows_gone >= 0),
  constraint obs_retention_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table obs_retention enable row level security;
create policy workspace on obs_retention using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_retention to bailiwick_app;

create table obs_runs (
  workspace_id uuid not null,
  run_id uuid not null,
  agent_id uuid not null,
  task_id uuid,
  model text,
  status text not null,
  error_message text,
  metadata jsonb not null,
  started_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  last_event_at timestamp(3) with time zone not null,
  events bigint not null,
  errors bigint not null,
  llm_calls bigint not null,
  tool_calls bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  cost_nanos numeric(30,0) not null,
  list_cost_nanos numeric(30,0) not null,
  unpriced_calls bigint not null,
  latency_sum_ms bigint not null,
  first_event_id uuid,
  last_event_id uuid,
  constraint obs_runs_pkey PRIMARY KEY (workspace_id, run_id),
  constraint obs_runs_check CHECK ((status = 'running'::text) = (finished_at IS NULL)),
  constraint obs_runs_status_check CHECK (status = ANY (ARRAY['running'::text, 'success'::text, 'error'::text]))
);
CREATE INDEX obs_runs_agent ON obs_runs USING btree (workspace_id, agent_id, started_at, run_id);
CREATE INDEX obs_runs_task ON obs_runs USING btree (workspace_id, task_id, started_at, run_id) WHERE task_id IS NOT NULL;
CREATE INDEX obs_runs_time ON obs_runs USING btree (workspace_id, started_at, run_id);
alter table obs_runs enable row level security;
create policy workspace on obs_runs using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_runs to bailiwick_app;

create table obs_series (
  workspace_id uuid not null,
  series bytea not null,
  started_ms bigint not null,
  last_ms bigint not null,
  value numeric(30,6) not null,
  updated_at timestamp(3) with time zone not null,
  constraint obs_series_pkey PRIMARY KEY (workspace_id, series),
  constraint obs_series_series_check CHECK (octet_length(series) = 16)
);
CREATE INDEX obs_series_age ON obs_series USING btree (updated_at);
alter table obs_series enable row level security;
create policy workspace on obs_series using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_series to bailiwick_app;

create table obs_sessions (
  workspace_id uuid not null,
  agent_id uuid not null,
  session bytea not null,
  totals jsonb not null,
  updated_at timestamp(3) with time zone not null,
  constraint obs_sessions_pkey PRIMARY KEY (workspace_id, agent_id, session),
  constraint obs_sessions_session_check CHECK (octet_length(session) = 16)
);
CREATE INDEX obs_sessions_age ON obs_sessions USING btree (updated_at);
alter table obs_sessions enable row level security;
create policy workspace on obs_sessions using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_sessions to bailiwick_app;

create table obs_task_costs (
  workspace_id uuid not null,
  task_id uuid not null,
  day date not null,
  is_root boolean not null,
  own_calls bigint not null,
  own_unpriced_calls bigint not null,
  own_tokens_in bigint not null,
  own_tokens_out bigint not null,
  own_cost_nanos numeric(30,0) not null,
  own_list_cost_nanos numeric(30,0) not null,
  calls bigint not null,
  unpriced_calls bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  cost_nanos numeric(30,0) not null,
  list_cost_nanos numeric(30,0) not null,
  constraint obs_task_costs_pkey PRIMARY KEY (workspace_id, task_id, day)
);
CREATE INDEX obs_task_costs_day ON obs_task_costs USING btree (workspace_id, day, task_id);
alter table obs_task_costs enable row level security;
create policy workspace on obs_task_costs using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_task_costs to bailiwick_app;

create table obs_usage (
  workspace_id uuid not null,
  grain text not null,
  at timestamp(0) with time zone not null,
  agent_id uuid not null,
  provider text not null,
  model text not null,
  events bigint not null,
  errors bigint not null,
  llm_calls bigint not null,
  tool_calls bigint not null,
  tool_errors bigint not null,
  runs bigint not null,
  runs_successful bigint not null,
  runs_failed bigint not null,
  tokens_in bigint not null,
  tokens_out bigint not null,
  tokens_cached bigint not null,
  tokens_cache_write bigint not null,
  tokens_reasoning bigint not null,
  cost_nanos numeric(30,0) not null,
  list_cost_nanos numeric(30,0) not null,
  unpriced_calls bigint not null,
  partial_calls bigint not null,
  latency_calls bigint not null,
  latency_sum_ms bigint not null,
  last_event_at timestamp(3) with time zone not null,
  last_heartbeat_at timestamp(3) with time zone,
  constraint obs_usage_pkey PRIMARY KEY (workspace_id, grain, at, agent_id, provider, model),
  constraint obs_usage_grain_check CHECK (grain = ANY (ARRAY['hour'::text, 'day'::text]))
);
CREATE INDEX obs_usage_agent ON obs_usage USING btree (workspace_id, agent_id, at) WHERE grain = 'day'::text;
alter table obs_usage enable row level security;
create policy workspace on obs_usage using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on obs_usage to bailiwick_app;

create table open_tasks (
  workspace_id uuid not null,
  scope_id uuid not null,
  side text not null,
  tasks bigint not null,
  constraint open_tasks_pkey PRIMARY KEY (workspace_id, scope_id, side),
  constraint open_tasks_side_check CHECK (side = ANY (ARRAY['made'::text, 'ended'::text])),
  constraint open_tasks_tasks_check CHECK (tasks >= 0),
  constraint open_tasks_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table open_tasks enable row level security;
create policy workspace on open_tasks using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on open_tasks to bailiwick_app;

create table outbox (
  workspace_id uuid not null,
  id uuid not null,
  target_id uuid not null,
  place bigint generated always as identity not null,
  fact_id uuid not null,
  fact_type text not null,
  subject_id uuid not null,
  fact_seq bigint,
  status text not null,
  attempt integer not null,
  failures integer not null,
  next_attempt_at timestamp(3) with time zone,
  is_sending boolean not null,
  response_status integer,
  response_start text,
  error text,
  created_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  constraint outbox_pkey PRIMARY KEY (workspace_id, id),
  constraint outbox_check CHECK ((status = 'pending'::text) = (finished_at IS NULL)),
  constraint outbox_check1 CHECK (status = 'pending'::text OR next_attempt_at IS NULL),
  constraint outbox_check2 CHECK (status = 'pending'::text OR NOT is_sending),
  constraint outbox_status_check CHECK (status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])),
  constraint outbox_workspace_id_target_id_fkey FOREIGN KEY (workspace_id, target_id) REFERENCES outbox_targets(workspace_id, id)
);
CREATE INDEX outbox_due ON outbox USING btree (workspace_id, target_id, next_attempt_at) WHERE status = 'pending'::text;
CREATE INDEX outbox_finished ON outbox USING btree (finished_at) WHERE finished_at IS NOT NULL;
CREATE INDEX outbox_of_target ON outbox USING btree (workspace_id, target_id, id);
CREATE INDEX outbox_subjects ON outbox USING btree (workspace_id, target_id, subject_id, place) WHERE status = 'pending'::text;
alter table outbox enable row level security;
create policy workspace on outbox using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on outbox to bailiwick_app;

create table outbox_positions (
  workspace_id uuid not null,
  epoch uuid not null,
  xid xid8 not null,
  seq bigint not null,
  constraint outbox_positions_pkey PRIMARY KEY (workspace_id),
  constraint outbox_positions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table outbox_positions enable row level security;
create policy workspace on outbox_positions using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on outbox_positions to bailiwick_app;

create table outbox_targets (
  workspace_id uuid not null,
  id uuid not null,
  role text not null,
  kind text not null,
  name text not null,
  shown text not null,
  sealed_address text,
  fact_types text[] not null,
  purposes text[] not null,
  is_enabled boolean not null,
  disabled_reason text,
  enabled_at timestamp(3) with time zone not null,
  sealed_secret text,
  sealed_previous text,
  previous_until timestamp(3) with time zone,
  consecutive_failures integer not null,
  last_status integer,
  last_error text,
  last_delivered_at timestamp(3) with time zone,
  pending integer not null,
  created_at timestamp(3) with time zone not null,
  deleted_at timestamp(3) with time zone,
  constraint outbox_targets_pkey PRIMARY KEY (workspace_id, id),
  constraint outbox_targets_check CHECK ((role = 'channel'::text) = (sealed_address IS NOT NULL) OR deleted_at IS NOT NULL),
  constraint outbox_targets_check1 CHECK (is_enabled = (disabled_reason IS NULL)),
  constraint outbox_targets_kind_check CHECK (kind = ANY (ARRAY['webhook'::text, 'slack'::text, 'email'::text])),
  constraint outbox_targets_name_check CHECK (length(name) <= 500),
  constraint outbox_targets_pending_check CHECK (pending >= 0),
  constraint outbox_targets_role_check CHECK (role = ANY (ARRAY['webhook'::text, 'channel'::text])),
  constraint outbox_targets_shown_check CHECK (length(shown) <= 2000),
  constraint outbox_targets_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX outbox_targets_deleted ON outbox_targets USING btree (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX outbox_targets_pending ON outbox_targets USING btree (workspace_id, id) WHERE pending > 0;
alter table outbox_targets enable row level security;
create policy workspace on outbox_targets using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on outbox_targets to bailiwick_app;

create table overdue_notices (
  workspace_id uuid not null,
  owner_id uuid not null,
  agent_id uuid,
  user_id uuid,
  sender_id uuid not null,
  waiting integer default 0 not null,
  message_id uuid not null,
  told_at timestamp(3) with time zone,
  constraint overdue_notices_pkey PRIMARY KEY (workspace_id, owner_id, sender_id),
  constraint overdue_notices_check CHECK (num_nonnulls(agent_id, user_id) = 1),
  constraint overdue_notices_check1 CHECK (owner_id = COALESCE(agent_id, user_id)),
  constraint overdue_notices_waiting_check CHECK (waiting >= 0),
  constraint overdue_notices_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint overdue_notices_workspace_id_message_id_fkey FOREIGN KEY (workspace_id, message_id) REFERENCES messages(workspace_id, id),
  constraint overdue_notices_workspace_id_user_id_fkey FOREIGN KEY (workspace_id, user_id) REFERENCES members(workspace_id, user_id)
);
CREATE INDEX overdue_notices_waiting ON overdue_notices USING btree (workspace_id) WHERE waiting > 0;
alter table overdue_notices enable row level security;
create policy workspace on overdue_notices using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on overdue_notices to bailiwick_app;

create table policy_grants (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  request_id uuid not null,
  policy_id uuid not null,
  allowed_changes jsonb not null,
  max_spend_delta_nanos bigint,
  spend_delta_nanos bigint not null,
  max_uses integer,
  uses integer not null,
  status text not null,
  valid_from timestamp(3) with time zone not null,
  valid_to timestamp(3) with time zone not null,
  granted_by uuid not null,
  revoked_at timestamp(3) with time zone,
  revoked_by uuid,
  policy_type text not null,
  constraint policy_grants_pkey PRIMARY KEY (workspace_id, id),
  constraint policy_grants_check CHECK (spend_delta_nanos >= 0 AND spend_delta_nanos <= COALESCE(max_spend_delta_nanos, spend_delta_nanos)),
  constraint policy_grants_check1 CHECK (uses >= 0 AND uses <= COALESCE(max_uses, uses)),
  constraint policy_grants_check2 CHECK (valid_to > valid_from),
  constraint policy_grants_check3 CHECK ((status = 'revoked'::text) = (revoked_at IS NOT NULL)),
  constraint policy_grants_check4 CHECK ((revoked_at IS NULL) = (revoked_by IS NULL)),
  constraint policy_grants_check5 CHECK (status <> 'used_up'::text OR uses = max_uses),
  constraint policy_grants_max_spend_delta_nanos_check CHECK (max_spend_delta_nanos >= 0),
  constraint policy_grants_max_uses_check CHECK (max_uses > 0),
  constraint policy_grants_status_check CHECK (status = ANY (ARRAY['active'::text, 'used_up'::text, 'expired'::text, 'revoked'::text])),
  constraint policy_grants_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint policy_grants_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX policy_grants_end ON policy_grants USING btree (workspace_id, valid_to, id);
CREATE INDEX policy_grants_ended ON policy_grants USING btree (valid_to) WHERE status <> 'active'::text;
CREATE INDEX policy_grants_expiry ON policy_grants USING btree (valid_to) WHERE status = 'active'::text;
CREATE INDEX policy_grants_request ON policy_grants USING btree (workspace_id, request_id);
alter table policy_grants enable row level security;
create policy workspace on policy_grants using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on policy_grants to bailiwick_app;
grant update (revoked_at, revoked_by, spend_delta_nanos, status, uses) on policy_grants to bailiwick_app;

create table policy_requests (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  policy_id uuid not null,
  source text not null,
  requested_changes jsonb not null,
  held jsonb not null,
  reason text not null,
  status text not null,
  required_approvals integer default 1 not null,
  approvals jsonb not null,
  terms jsonb,
  key_id uuid,
  started_by_user_id uuid,
  reviewed_by uuid,
  reviewed_at timestamp(3) with time zone,
  review_reason text,
  evidence jsonb not null,
  evidence_state text not null,
  reminded_at timestamp(3) with time zone,
  requested_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  policy_type text not null,
  title text not null,
  field text generated always as (requested_changes ->> 'field'::text) stored not null,
  evidence_tries integer default 0 not null,
  evidence_at timestamp(3) with time zone,
  constraint policy_requests_pkey PRIMARY KEY (workspace_id, id),
  constraint policy_requests_check CHECK ((status = ANY (ARRAY['pending'::text, 'expired'::text])) = (reviewed_by IS NULL)),
  constraint policy_requests_check1 CHECK ((reviewed_by IS NULL) = (reviewed_at IS NULL)),
  constraint policy_requests_check2 CHECK ((status <> ALL (ARRAY['applied'::text, 'approved'::text])) OR jsonb_array_length(approvals) >= required_approvals),
  constraint policy_requests_evidence_state_check CHECK (evidence_state = ANY (ARRAY['waiting'::text, 'complete'::text, 'failed'::text])),
  constraint policy_requests_evidence_tries_check CHECK (evidence_tries >= 0),
  constraint policy_requests_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 2000),
  constraint policy_requests_required_approvals_check CHECK (required_approvals >= 1 AND required_approvals <= 10),
  constraint policy_requests_review_reason_check CHECK (length(review_reason) >= 1 AND length(review_reason) <= 2000),
  constraint policy_requests_source_check CHECK (source = ANY (ARRAY['agent'::text, 'blocked_start'::text])),
  constraint policy_requests_status_check CHECK (status = ANY (ARRAY['pending'::text, 'applied'::text, 'approved'::text, 'denied'::text, 'expired'::text])),
  constraint policy_requests_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint policy_requests_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX policy_requests_agent ON policy_requests USING btree (workspace_id, agent_id, id);
CREATE UNIQUE INDEX policy_requests_blocked_start ON policy_requests USING btree (workspace_id, policy_id) WHERE status = 'pending'::text AND source = 'blocked_start'::text;
CREATE INDEX policy_requests_decided ON policy_requests USING btree (expires_at) WHERE status <> 'pending'::text;
CREATE INDEX policy_requests_evidence ON policy_requests USING btree (workspace_id) WHERE status = 'pending'::text AND evidence_state = 'waiting'::text;
CREATE INDEX policy_requests_expiry ON policy_requests USING btree (expires_at) WHERE status = 'pending'::text;
CREATE INDEX policy_requests_field ON policy_requests USING btree (workspace_id, policy_id, field, requested_at);
CREATE INDEX policy_requests_open ON policy_requests USING btree (workspace_id, policy_id, field) WHERE status = 'pending'::text;
CREATE INDEX policy_requests_pending ON policy_requests USING btree (workspace_id, id) WHERE status = 'pending'::text;
CREATE INDEX policy_requests_policy ON policy_requests USING btree (workspace_id, policy_id, requested_at);
alter table policy_requests enable row level security;
create policy workspace on policy_requests using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on policy_requests to bailiwick_app;
grant update (approvals, evidence, evidence_at, evidence_state, evidence_tries, reminded_at, required_approvals, review_reason, reviewed_at, reviewed_by, status, terms) on policy_requests to bailiwick_app;

create table pools (
  workspace_id uuid not null,
  id uuid not null,
  name text not null,
  role text,
  tags text[],
  constraint pools_pkey PRIMARY KEY (workspace_id, id),
  constraint pools_workspace_id_name_key UNIQUE (workspace_id, name),
  constraint pools_check CHECK ((role IS NULL) <> (tags IS NULL)),
  constraint pools_role_check CHECK (role = ANY (ARRAY['supervisor'::text, 'worker'::text, 'specialist'::text])),
  constraint pools_tags_check CHECK (cardinality(tags) >= 1 AND cardinality(tags) <= 20),
  constraint pools_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table pools enable row level security;
create policy workspace on pools using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on pools to bailiwick_app;

create table price_lists (
  is_only boolean default true not null,
  digest text not null,
  source text not null,
  known_since timestamp(3) with time zone not null,
  data text not null,
  constraint price_lists_pkey PRIMARY KEY (is_only),
  constraint price_lists_digest_check CHECK (length(digest) = 64),
  constraint price_lists_is_only_check CHECK (is_only),
  constraint price_lists_source_check CHECK (length(source) >= 1 AND length(source) <= 500)
);

create table redactions (
  workspace_id uuid not null,
  id uuid not null,
  subject_kind text not null,
  subject_id uuid not null,
  task_id uuid,
  withdrawn jsonb default '[]'::jsonb not null,
  reason text not null,
  by_user_id uuid not null,
  created_at timestamp(3) with time zone not null,
  constraint redactions_pkey PRIMARY KEY (workspace_id, id),
  constraint redactions_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 2000),
  constraint redactions_subject_kind_check CHECK (subject_kind = ANY (ARRAY['message'::text, 'task'::text, 'event'::text])),
  constraint redactions_withdrawn_check CHECK (jsonb_typeof(withdrawn) = 'array'::text),
  constraint redactions_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX redactions_subject ON redactions USING btree (workspace_id, subject_id, id);
CREATE INDEX redactions_task ON redactions USING btree (workspace_id, task_id, id) WHERE task_id IS NOT NULL;
alter table redactions enable row level security;
create policy workspace on redactions using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on redactions to bailiwick_app;
grant update (withdrawn) on redactions to bailiwick_app;

create table request_allowances (
  bucket text not null,
  tokens bigint not null,
  lent bigint not null,
  refilled_at timestamp(3) with time zone not null,
  constraint request_allowances_pkey PRIMARY KEY (bucket),
  constraint request_allowances_bucket_check CHECK (length(bucket) >= 1 AND length(bucket) <= 200),
  constraint request_allowances_lent_check CHECK (lent >= 0),
  constraint request_allowances_tokens_check CHECK (tokens >= 0)
);
CREATE INDEX request_allowances_age ON request_allowances USING btree (refilled_at);

create table request_buckets (
  bucket text not null,
  times timestamp(3) with time zone[] default '{}'::timestamp with time zone[] not null,
  empty_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint request_buckets_pkey PRIMARY KEY (bucket)
);
CREATE INDEX request_buckets_age ON request_buckets USING btree (empty_at);

create table risk_events (
  workspace_id uuid not null,
  id uuid not null,
  policy_id uuid not null,
  agent_id uuid,
  policy_type text not null,
  breach_value double precision not null,
  threshold_value double precision not null,
  action_type text not null,
  status text not null,
  evaluated_at timestamp(3) with time zone not null,
  executed_at timestamp(3) with time zone,
  undone_at timestamp(3) with time zone,
  result jsonb not null,
  constraint risk_events_pkey PRIMARY KEY (workspace_id, id),
  constraint risk_events_status_check CHECK (status = ANY (ARRAY['pending'::text, 'executed'::text, 'skipped'::text, 'failed'::text])),
  constraint risk_events_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX risk_events_policy ON risk_events USING btree (workspace_id, policy_id, id);
CREATE INDEX risk_events_time ON risk_events USING btree (evaluated_at);
alter table risk_events enable row level security;
create policy workspace on risk_events using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on risk_events to bailiwick_app;
grant update (executed_at, result, status, undone_at) on risk_events to bailiwick_app;

create table risk_loops (
  workspace_id uuid not null,
  subject_id uuid not null,
  agent_id uuid not null,
  fence integer,
  progressed_at timestamp(3) with time zone,
  spent_nanos numeric(30,0) default 0 not null,
  spent_list_nanos numeric(30,0) default 0 not null,
  calls jsonb default '[]'::jsonb not null,
  fired jsonb default '{}'::jsonb not null,
  is_due boolean default false not null,
  changed_on date not null,
  constraint risk_loops_pkey PRIMARY KEY (workspace_id, subject_id, agent_id),
  constraint risk_loops_spent_list_nanos_check CHECK (spent_list_nanos >= 0::numeric),
  constraint risk_loops_spent_nanos_check CHECK (spent_nanos >= 0::numeric),
  constraint risk_loops_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint risk_loops_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX risk_loops_age ON risk_loops USING btree (changed_on);
CREATE INDEX risk_loops_due ON risk_loops USING btree (workspace_id, subject_id, agent_id) WHERE is_due;
alter table risk_loops enable row level security;
create policy workspace on risk_loops using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on risk_loops to bailiwick_app;

create table risk_policies (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid,
  policy_type text not null,
  threshold_value double precision not null,
  measure text not null,
  mode text not null,
  window_minutes integer not null,
  action_type text not null,
  cooldown_minutes integer not null,
  is_enabled boolean not null,
  block_unpriced boolean not null,
  revision integer not null,
  fired_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  constraint risk_policies_pkey PRIMARY KEY (workspace_id, id),
  constraint risk_policies_action_type_check CHECK (action_type = ANY (ARRAY['alert_only'::text, 'throttle'::text, 'model_downgrade'::text, 'pause_agent'::text])),
  constraint risk_policies_cooldown_minutes_check CHECK (cooldown_minutes >= 0),
  constraint risk_policies_measure_check CHECK (measure = ANY (ARRAY['billed'::text, 'list'::text])),
  constraint risk_policies_mode_check CHECK (mode = ANY (ARRAY['enforce'::text, 'shadow'::text])),
  constraint risk_policies_policy_type_check CHECK (policy_type = ANY (ARRAY['daily_spend_cap'::text, 'error_rate_cap'::text, 'token_rate_cap'::text, 'repeated_tool_calls'::text, 'cost_without_progress'::text, 'restarts_without_result'::text])),
  constraint risk_policies_threshold_value_check CHECK (threshold_value >= 0::double precision),
  constraint risk_policies_window_minutes_check CHECK (window_minutes >= 1 AND window_minutes <= 2880),
  constraint risk_policies_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint risk_policies_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE UNIQUE INDEX risk_policies_scope ON risk_policies USING btree (workspace_id, COALESCE(agent_id, '00000000-0000-0000-0000-000000000000'::uuid), policy_type, mode);
alter table risk_policies enable row level security;
create policy workspace on risk_policies using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on risk_policies to bailiwick_app;

create table risk_restarts (
  workspace_id uuid not null,
  task_id uuid not null,
  agent_id uuid not null,
  restarts integer not null,
  fired jsonb default '{}'::jsonb not null,
  is_due boolean not null,
  changed_on date not null,
  constraint risk_restarts_pkey PRIMARY KEY (workspace_id, task_id),
  constraint risk_restarts_restarts_check CHECK (restarts >= 0),
  constraint risk_restarts_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX risk_restarts_age ON risk_restarts USING btree (changed_on);
CREATE INDEX risk_restarts_due ON risk_restarts USING btree (workspace_id, task_id) WHERE is_due;
alter table risk_restarts enable row level security;
create policy workspace on risk_restarts using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on risk_restarts to bailiwick_app;

create table risk_turns (
  workspace_id uuid not null,
  began_at timestamp(3) with time zone,
  ended_at timestamp(3) with time zone,
  after_policy_id uuid,
  constraint risk_turns_pkey PRIMARY KEY (workspace_id),
  constraint risk_turns_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table risk_turns enable row level security;
create policy workspace on risk_turns using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on risk_turns to bailiwick_app;

create table schema_migrations (
  number integer not null,
  name text not null,
  sha256 text not null,
  applied_at timestamp with time zone default now() not null,
  constraint schema_migrations_pkey PRIMARY KEY (number)
);

create table sessions (
  id uuid not null,
  user_id uuid not null,
  token_hash text not null,
  kept_for interval not null,
  ip text not null,
  user_agent text not null,
  last_seen_at timestamp(3) with time zone default bailiwick_now() not null,
  expires_at timestamp(3) with time zone not null,
  revoked_at timestamp(3) with time zone,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_token_hash_key UNIQUE (token_hash),
  constraint sessions_kept_for_check CHECK (kept_for > '00:00:00'::interval),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
CREATE INDEX sessions_age ON sessions USING btree (LEAST(expires_at, revoked_at));
CREATE INDEX sessions_of_user ON sessions USING btree (user_id, id);

create table sign_in_links (
  email text not null,
  token_hash text not null,
  expires_at timestamp(3) with time zone not null,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  number integer not null,
  constraint sign_in_links_pkey PRIMARY KEY (email, number),
  constraint sign_in_links_token_hash_key UNIQUE (token_hash),
  constraint sign_in_links_check CHECK (expires_at > created_at)
);
CREATE INDEX sign_in_links_age ON sign_in_links USING btree (expires_at);

create table snoozes (
  workspace_id uuid not null,
  user_id uuid not null,
  kind text not null,
  id uuid not null,
  until timestamp(3) with time zone not null,
  mark text not null,
  constraint snoozes_pkey PRIMARY KEY (workspace_id, user_id, kind, id),
  constraint snoozes_kind_check CHECK (kind = ANY (ARRAY['task'::text, 'message'::text])),
  constraint snoozes_mark_check CHECK (length(mark) <= 40),
  constraint snoozes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table snoozes enable row level security;
create policy workspace on snoozes using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select on snoozes to bailiwick_app;
grant update (mark, until) on snoozes to bailiwick_app;

create table social_accounts (
  workspace_id uuid not null,
  agent_id uuid not null,
  name text not null,
  description text not null,
  state text not null,
  state_reason text,
  suspended_until timestamp(3) with time zone,
  sealed_key text not null,
  claim_url text,
  verification_code text,
  wrong_answers integer default 0 not null,
  stopped_at timestamp(3) with time zone,
  posts_from timestamp(3) with time zone,
  comments_from timestamp(3) with time zone,
  votes_from timestamp(3) with time zone,
  reads_from timestamp(3) with time zone,
  karma integer,
  followers integer,
  following integer,
  posts integer,
  registered_at timestamp(3) with time zone not null,
  synced_at timestamp(3) with time zone,
  sync_error text,
  sync_due_at timestamp(3) with time zone not null,
  constraint social_accounts_pkey PRIMARY KEY (workspace_id, agent_id),
  constraint social_accounts_claim_url_check CHECK (length(claim_url) >= 1 AND length(claim_url) <= 2000),
  constraint social_accounts_description_check CHECK (length(description) <= 1000),
  constraint social_accounts_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint social_accounts_state_check CHECK (state = ANY (ARRAY['unclaimed'::text, 'active'::text, 'suspended'::text, 'key_dead'::text])),
  constraint social_accounts_state_reason_check CHECK (length(state_reason) >= 1 AND length(state_reason) <= 500),
  constraint social_accounts_sync_error_check CHECK (length(sync_error) >= 1 AND length(sync_error) <= 500),
  constraint social_accounts_verification_code_check CHECK (length(verification_code) >= 1 AND length(verification_code) <= 200),
  constraint social_accounts_wrong_answers_check CHECK (wrong_answers >= 0),
  constraint social_accounts_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint social_accounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX social_accounts_due ON social_accounts USING btree (sync_due_at) WHERE state <> 'key_dead'::text;
CREATE INDEX social_accounts_name ON social_accounts USING btree (workspace_id, lower(name));
alter table social_accounts enable row level security;
create policy workspace on social_accounts using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on social_accounts to bailiwick_app;

create table social_days (
  workspace_id uuid not null,
  agent_id uuid not null,
  day date not null,
  karma integer not null,
  total_posts integer not null,
  followers integer not null,
  following integer not null,
  constraint social_days_pkey PRIMARY KEY (workspace_id, agent_id, day),
  constraint social_days_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES social_accounts(workspace_id, agent_id),
  constraint social_days_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX social_days_day ON social_days USING btree (day);
alter table social_days enable row level security;
create policy workspace on social_days using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on social_days to bailiwick_app;

create table social_pages (
  workspace_id uuid not null,
  place text not null,
  body jsonb not null,
  bytes integer not null,
  read_at timestamp(3) with time zone not null,
  constraint social_pages_pkey PRIMARY KEY (workspace_id, place),
  constraint social_pages_bytes_check CHECK (bytes > 0),
  constraint social_pages_place_check CHECK (length(place) >= 1 AND length(place) <= 700),
  constraint social_pages_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX social_pages_read ON social_pages USING btree (read_at);
alter table social_pages enable row level security;
create policy workspace on social_pages using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on social_pages to bailiwick_app;

create table social_posts (
  workspace_id uuid not null,
  agent_id uuid not null,
  post_id text not null,
  title text not null,
  submolt text not null,
  upvotes integer not null,
  downvotes integer not null,
  comment_count integer not null,
  posted_at timestamp(3) with time zone,
  synced_at timestamp(3) with time zone not null,
  constraint social_posts_pkey PRIMARY KEY (workspace_id, agent_id, post_id),
  constraint social_posts_post_id_check CHECK (length(post_id) >= 1 AND length(post_id) <= 200),
  constraint social_posts_submolt_check CHECK (length(submolt) <= 200),
  constraint social_posts_title_check CHECK (length(title) <= 300),
  constraint social_posts_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES social_accounts(workspace_id, agent_id),
  constraint social_posts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX social_posts_synced ON social_posts USING btree (synced_at);
CREATE INDEX social_posts_top ON social_posts USING btree (workspace_id, agent_id, upvotes DESC);
alter table social_posts enable row level security;
create policy workspace on social_posts using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on social_posts to bailiwick_app;

create table social_votes (
  workspace_id uuid not null,
  agent_id uuid not null,
  post_id text not null,
  voted_at timestamp(3) with time zone not null,
  constraint social_votes_pkey PRIMARY KEY (workspace_id, agent_id, post_id),
  constraint social_votes_post_id_check CHECK (length(post_id) >= 1 AND length(post_id) <= 200),
  constraint social_votes_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES social_accounts(workspace_id, agent_id),
  constraint social_votes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX social_votes_voted ON social_votes USING btree (voted_at);
alter table social_votes enable row level security;
create policy workspace on social_votes using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on social_votes to bailiwick_app;

create table spend_amounts (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid not null,
  nanos numeric(30,0) not null,
  day date,
  task_id uuid,
  payer_id uuid,
  estimate_nanos numeric(30,0),
  expires_at timestamp(3) with time zone,
  constraint spend_amounts_pkey PRIMARY KEY (workspace_id, id),
  constraint spend_amounts_call_check CHECK ((estimate_nanos IS NULL) = (expires_at IS NULL) AND estimate_nanos >= nanos),
  constraint spend_amounts_nanos_check CHECK (nanos > 0::numeric OR nanos = 0::numeric AND estimate_nanos IS NOT NULL),
  constraint spend_amounts_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint spend_amounts_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
CREATE INDEX spend_amounts_agent ON spend_amounts USING btree (workspace_id, agent_id);
CREATE INDEX spend_amounts_expiring ON spend_amounts USING btree (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX spend_amounts_payer ON spend_amounts USING btree (workspace_id, payer_id) WHERE payer_id IS NOT NULL;
CREATE INDEX spend_amounts_used ON spend_amounts USING btree (day) WHERE day IS NOT NULL;
alter table spend_amounts enable row level security;
create policy workspace on spend_amounts using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on spend_amounts to bailiwick_app;

create table spend_caps (
  workspace_id uuid not null,
  id uuid not null,
  agent_id uuid,
  is_binding boolean not null,
  is_list boolean not null,
  blocks_unpriced boolean not null,
  cap_nanos numeric(30,0) not null,
  top_up_nanos numeric(30,0) default 0 not null,
  top_up_until timestamp(3) with time zone,
  day date not null,
  used_nanos numeric(30,0) default 0 not null,
  unpriced_events bigint default 0 not null,
  warned_percent integer default 0 not null,
  is_crossed boolean default false not null,
  warned_at timestamp(3) with time zone,
  reserved_nanos numeric(30,0) default 0 not null,
  is_shadow boolean not null,
  late_nanos numeric(30,0) default 0 not null,
  constraint spend_caps_pkey PRIMARY KEY (workspace_id, id),
  constraint spend_caps_cap_nanos_check CHECK (cap_nanos >= 0::numeric),
  constraint spend_caps_check CHECK ((top_up_nanos = 0::numeric) = (top_up_until IS NULL)),
  constraint spend_caps_check1 CHECK (NOT (is_shadow AND is_binding)),
  constraint spend_caps_reserved_nanos_check CHECK (reserved_nanos >= 0::numeric),
  constraint spend_caps_top_up_nanos_check CHECK (top_up_nanos >= 0::numeric),
  constraint spend_caps_warned_percent_check CHECK (warned_percent = ANY (ARRAY[0, 75, 95])),
  constraint spend_caps_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint spend_caps_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table spend_caps enable row level security;
create policy workspace on spend_caps using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on spend_caps to bailiwick_app;

create table spend_habits (
  workspace_id uuid not null,
  agent_id uuid not null,
  recent_nanos numeric(30,0)[] not null,
  recent_tasks uuid[] not null,
  usual_nanos numeric(30,0),
  default_nanos numeric(30,0),
  constraint spend_habits_pkey PRIMARY KEY (workspace_id, agent_id),
  constraint spend_habits_default_nanos_check CHECK (default_nanos >= 0::numeric),
  constraint spend_habits_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id)
);
alter table spend_habits enable row level security;
create policy workspace on spend_habits using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on spend_habits to bailiwick_app;

create table spend_reservations (
  workspace_id uuid not null,
  task_id uuid not null,
  agent_id uuid not null,
  estimate_nanos numeric(30,0) not null,
  left_nanos numeric(30,0) not null,
  left_list_nanos numeric(30,0) not null,
  spent_nanos numeric(30,0) default 0 not null,
  constraint spend_reservations_pkey PRIMARY KEY (workspace_id, task_id),
  constraint spend_reservations_check CHECK (left_nanos >= 0::numeric AND left_nanos <= estimate_nanos),
  constraint spend_reservations_check1 CHECK (left_list_nanos >= 0::numeric AND left_list_nanos <= estimate_nanos),
  constraint spend_reservations_estimate_nanos_check CHECK (estimate_nanos >= 0::numeric),
  constraint spend_reservations_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX spend_reservations_agent ON spend_reservations USING btree (workspace_id, agent_id);
alter table spend_reservations enable row level security;
create policy workspace on spend_reservations using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on spend_reservations to bailiwick_app;

create table stop_tasks (
  workspace_id uuid not null,
  stop_id uuid not null,
  task_id uuid not null,
  agent_id uuid not null,
  fence integer not null,
  heard_at timestamp(3) with time zone,
  confirmed_at timestamp(3) with time zone,
  constraint stop_tasks_pkey PRIMARY KEY (workspace_id, stop_id, task_id),
  constraint stop_tasks_workspace_id_stop_id_fkey FOREIGN KEY (workspace_id, stop_id) REFERENCES stops(workspace_id, id) ON DELETE CASCADE,
  constraint stop_tasks_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX stop_tasks_task ON stop_tasks USING btree (workspace_id, task_id);
alter table stop_tasks enable row level security;
create policy workspace on stop_tasks using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on stop_tasks to bailiwick_app;
grant update (confirmed_at, heard_at) on stop_tasks to bailiwick_app;

create table stops (
  workspace_id uuid not null,
  id uuid not null,
  scope text not null,
  agent_id uuid,
  root_task_id uuid,
  what text[] not null,
  in_force text[] not null,
  reason text not null,
  drill boolean not null,
  by_kind text not null,
  by_id text not null,
  running_count integer not null,
  waiting_count integer not null,
  confirmed_at timestamp(3) with time zone,
  lifts jsonb default '[]'::jsonb not null,
  created_at timestamp(3) with time zone not null,
  ended_at timestamp(3) with time zone,
  constraint stops_pkey PRIMARY KEY (workspace_id, id),
  constraint stops_by_kind_check CHECK (by_kind = ANY (ARRAY['user'::text, 'agent'::text, 'service'::text, 'system'::text])),
  constraint stops_check CHECK (in_force <@ what),
  constraint stops_check1 CHECK ((scope = 'agent'::text) = (agent_id IS NOT NULL)),
  constraint stops_check2 CHECK ((scope = 'tree'::text) = (root_task_id IS NOT NULL)),
  constraint stops_check3 CHECK (scope <> 'tree'::text OR NOT ('keys'::text = ANY (what))),
  constraint stops_check4 CHECK ((ended_at IS NULL) = (cardinality(in_force) > 0)),
  constraint stops_check5 CHECK (NOT drill OR ended_at IS NOT NULL),
  constraint stops_reason_check CHECK (length(reason) >= 1 AND length(reason) <= 2000),
  constraint stops_running_count_check CHECK (running_count >= 0),
  constraint stops_scope_check CHECK (scope = ANY (ARRAY['agent'::text, 'tree'::text, 'workspace'::text])),
  constraint stops_waiting_count_check CHECK (waiting_count >= 0),
  constraint stops_what_check CHECK (what <@ ARRAY['starts'::text, 'running'::text, 'actions'::text, 'keys'::text] AND cardinality(what) > 0),
  constraint stops_workspace_id_agent_id_fkey FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint stops_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint stops_workspace_id_root_task_id_fkey FOREIGN KEY (workspace_id, root_task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX stops_ended ON stops USING btree (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX stops_in_force ON stops USING btree (workspace_id, id) WHERE ended_at IS NULL;
alter table stops enable row level security;
create policy workspace on stops using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on stops to bailiwick_app;
grant update (confirmed_at, ended_at, in_force, lifts) on stops to bailiwick_app;

create table stored_bytes (
  workspace_id uuid not null,
  day date not null,
  bytes bigint not null,
  constraint stored_bytes_pkey PRIMARY KEY (workspace_id),
  constraint stored_bytes_bytes_check CHECK (bytes >= 0),
  constraint stored_bytes_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table stored_bytes enable row level security;
create policy workspace on stored_bytes using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on stored_bytes to bailiwick_app;

create table task_dependencies (
  workspace_id uuid not null,
  task_id uuid not null,
  depends_on_id uuid not null,
  constraint task_dependencies_pkey PRIMARY KEY (workspace_id, task_id, depends_on_id),
  constraint task_dependencies_check CHECK (task_id <> depends_on_id),
  constraint task_dependencies_workspace_id_depends_on_id_fkey FOREIGN KEY (workspace_id, depends_on_id) REFERENCES tasks(workspace_id, id),
  constraint task_dependencies_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX task_dependencies_reverse ON task_dependencies USING btree (workspace_id, depends_on_id, task_id);
alter table task_dependencies enable row level security;
create policy workspace on task_dependencies using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on task_dependencies to bailiwick_app;

create table task_endings (
  workspace_id uuid not null,
  task_id uuid not null,
  group_id uuid not null,
  depth smallint not null,
  cause text not null,
  ended_by text not null,
  constraint task_endings_pkey PRIMARY KEY (workspace_id, task_id),
  constraint task_endings_cause_check CHECK (cause = ANY (ARRAY['parent_canceled'::text, 'parent_failed'::text, 'agent_archived'::text])),
  constraint task_endings_ended_by_check CHECK (ended_by = ANY (ARRAY['user'::text, 'agent'::text, 'service'::text, 'system'::text]))
);
CREATE INDEX task_endings_next ON task_endings USING btree (workspace_id, group_id, depth DESC, task_id);
alter table task_endings enable row level security;
create policy workspace on task_endings using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant delete, insert, select, update on task_endings to bailiwick_app;

create table tasks (
  workspace_id uuid not null,
  id uuid not null,
  title text not null,
  input jsonb,
  output jsonb,
  status text default 'queued'::text not null,
  priority integer default 0 not null,
  assigned_to_agent_id uuid not null,
  created_by_agent_id uuid,
  created_by_user_id uuid,
  parent_task_id uuid,
  root_task_id uuid not null,
  depth smallint not null,
  depends_on uuid[] default '{}'::uuid[] not null,
  retry_of uuid,
  attempt integer default 1 not null,
  max_attempts integer default 3 not null,
  failed_attempts integer default 0 not null,
  result_of_attempt integer,
  has_late_result boolean default false not null,
  fence integer default 0 not null,
  lease_seconds integer,
  lease_expires_at timestamp(3) with time zone,
  available_at timestamp(3) with time zone default bailiwick_now() not null,
  due_at timestamp(3) with time zone,
  overdue_at timestamp(3) with time zone,
  blocked_by text,
  blocked_reason jsonb,
  canceled_by text,
  child_count integer default 0 not null,
  open_children integer default 0 not null,
  open_dependencies integer default 0 not null,
  dependent_count integer default 0 not null,
  budget_nanos bigint,
  budget_left_nanos bigint,
  budget_task_id uuid,
  estimated_cost_nanos bigint,
  reserved_nanos bigint default 0 not null,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  updated_at timestamp(3) with time zone default bailiwick_now() not null,
  escalated_from uuid[] default '{}'::uuid[] not null,
  escalates_at timestamp(3) with time zone,
  escalation_seconds integer,
  attempt_started_at timestamp(3) with time zone,
  handovers integer default 0 not null,
  unseen_attempts integer default 0 not null,
  is_seen boolean default false not null,
  input_bytes integer generated always as (
CASE
    WHEN input <> 'null'::jsonb THEN octet_length(input::text)
    ELSE NULL::integer
END) stored,
  output_bytes integer generated always as (
CASE
    WHEN output <> 'null'::jsonb THEN octet_length(output::text)
    ELSE NULL::integer
END) stored,
  failed_dependency_count integer default 0 not null,
  pool_id uuid,
  assigned_role text,
  assigned_tags text[],
  agent_id uuid generated always as (NULLIF(assigned_to_agent_id, pool_id)) stored,
  answer_message_id uuid,
  question text,
  undo jsonb,
  cap_estimate_nanos numeric(30,0),
  stop_fence integer,
  progressed_at timestamp(3) with time zone,
  constraint tasks_pkey PRIMARY KEY (workspace_id, id),
  constraint tasks_counts CHECK (child_count >= 0 AND open_children >= 0 AND open_children <= child_count AND open_dependencies >= 0 AND dependent_count >= 0 AND fence >= 0 AND handovers >= 0 AND attempt >= 1 AND max_attempts >= 1 AND max_attempts <= 100 AND lease_seconds >= 5 AND lease_seconds <= 3600 AND unseen_attempts >= 0 AND unseen_attempts <= failed_attempts),
  constraint tasks_escalation CHECK (escalation_seconds >= 10 AND escalation_seconds <= 604800 AND (escalates_at IS NULL OR escalation_seconds IS NOT NULL) AND (blocked_by <> 'escalation'::text OR cardinality(escalated_from) > 0)),
  constraint tasks_failed_dependencies CHECK (failed_dependency_count >= 0 AND failed_dependency_count <= open_dependencies),
  constraint tasks_money CHECK (budget_nanos >= 0 AND estimated_cost_nanos >= 0 AND reserved_nanos >= 0 AND (budget_nanos IS NULL) = (budget_left_nanos IS NULL)),
  constraint tasks_place CHECK ((parent_task_id IS NULL) = (depth = 0) AND (parent_task_id IS NULL) = (root_task_id = id) AND depth >= 0 AND depth <= 100),
  constraint tasks_pool CHECK ((pool_id IS NULL) = (assigned_role IS NULL AND assigned_tags IS NULL) AND (assigned_role IS NULL OR assigned_tags IS NULL)),
  constraint tasks_question CHECK ((answer_message_id IS NULL) = (question IS NULL)),
  constraint tasks_state CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'blocked'::text, 'completed'::text, 'failed'::text, 'canceled'::text])) AND (status = 'blocked'::text) = (blocked_by IS NOT NULL) AND (status = 'blocked'::text) = (blocked_reason IS NOT NULL) AND (status = 'canceled'::text) = (canceled_by IS NOT NULL) AND (status = ANY (ARRAY['completed'::text, 'failed'::text, 'canceled'::text])) = (finished_at IS NOT NULL) AND (status = 'running'::text OR lease_expires_at IS NULL AND reserved_nanos = 0) AND (status <> 'running'::text OR fence > 0)),
  constraint tasks_title CHECK (length(title) >= 1 AND length(title) <= 500),
  constraint tasks_words CHECK ((blocked_by = ANY (ARRAY['guard'::text, 'agent'::text, 'escalation'::text])) AND (canceled_by = ANY (ARRAY['user'::text, 'agent'::text, 'service'::text, 'system'::text]))),
  constraint tasks_agent FOREIGN KEY (workspace_id, agent_id) REFERENCES agents(workspace_id, id),
  constraint tasks_answer FOREIGN KEY (workspace_id, answer_message_id) REFERENCES messages(workspace_id, id),
  constraint tasks_pool_key FOREIGN KEY (workspace_id, pool_id) REFERENCES pools(workspace_id, id),
  constraint tasks_workspace_id_budget_task_id_fkey FOREIGN KEY (workspace_id, budget_task_id) REFERENCES tasks(workspace_id, id),
  constraint tasks_workspace_id_parent_task_id_fkey FOREIGN KEY (workspace_id, parent_task_id) REFERENCES tasks(workspace_id, id),
  constraint tasks_workspace_id_retry_of_fkey FOREIGN KEY (workspace_id, retry_of) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX tasks_apart ON tasks USING btree (workspace_id, assigned_to_agent_id, status, id) WHERE status = ANY (ARRAY['running'::text, 'blocked'::text, 'failed'::text, 'canceled'::text]);
CREATE INDEX tasks_assignee ON tasks USING btree (workspace_id, assigned_to_agent_id, id);
CREATE INDEX tasks_backing_off ON tasks USING btree (workspace_id, assigned_to_agent_id, priority DESC, id) WHERE status = 'queued'::text AND failed_attempts > 0;
CREATE INDEX tasks_creator ON tasks USING btree (workspace_id, created_by_agent_id, id) WHERE created_by_agent_id IS NOT NULL;
CREATE INDEX tasks_due ON tasks USING btree (workspace_id, due_at) WHERE due_at IS NOT NULL AND overdue_at IS NULL AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'blocked'::text]));
CREATE INDEX tasks_escalated ON tasks USING btree (workspace_id, assigned_to_agent_id) WHERE cardinality(escalated_from) > 0 AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'blocked'::text]));
CREATE INDEX tasks_escalating ON tasks USING btree (workspace_id, escalates_at) WHERE escalates_at IS NOT NULL AND status = 'queued'::text;
CREATE INDEX tasks_failed_dependencies ON tasks USING btree (workspace_id, id) WHERE status = 'queued'::text AND failed_dependency_count > 0;
CREATE INDEX tasks_guarded ON tasks USING btree (workspace_id, id) WHERE blocked_by = 'guard'::text;
CREATE INDEX tasks_held ON tasks USING btree (workspace_id, id) WHERE status = 'running'::text AND (undo ->> 'step'::text) = 'start'::text AND ((undo ->> 'fence'::text)::integer) = fence;
CREATE INDEX tasks_kept ON tasks USING btree (workspace_id, available_at) WHERE status = 'queued'::text AND pool_id <> assigned_to_agent_id;
CREATE INDEX tasks_lease ON tasks USING btree (workspace_id, lease_expires_at) WHERE lease_expires_at IS NOT NULL;
CREATE INDEX tasks_not_completed ON tasks USING btree (workspace_id, status, id) WHERE status <> 'completed'::text;
CREATE INDEX tasks_paid ON tasks USING btree (workspace_id, id) WHERE status = 'queued'::text AND budget_task_id IS NOT NULL;
CREATE INDEX tasks_parent ON tasks USING btree (workspace_id, parent_task_id, id) WHERE parent_task_id IS NOT NULL;
CREATE INDEX tasks_pools ON tasks USING btree (workspace_id, pool_id) WHERE pool_id IS NOT NULL AND (status = ANY (ARRAY['queued'::text, 'running'::text, 'blocked'::text]));
CREATE INDEX tasks_queued ON tasks USING btree (workspace_id, assigned_to_agent_id, priority DESC, id) WHERE status = 'queued'::text AND open_dependencies = 0;
CREATE INDEX tasks_retries ON tasks USING btree (workspace_id, retry_of, id) WHERE retry_of IS NOT NULL;
CREATE INDEX tasks_root ON tasks USING btree (workspace_id, root_task_id, id) WHERE parent_task_id IS NOT NULL;
CREATE INDEX tasks_waiting ON tasks USING btree (workspace_id, assigned_to_agent_id, priority DESC, id) WHERE status = 'queued'::text AND open_dependencies > 0;
CREATE TRIGGER restart_counted AFTER UPDATE OF status ON tasks FOR EACH ROW WHEN (old.status = 'running'::text AND (new.status = ANY (ARRAY['queued'::text, 'blocked'::text]))) EXECUTE FUNCTION bailiwick_count_restart();
CREATE TRIGGER spend_ended AFTER UPDATE OF status ON tasks FOR EACH ROW WHEN (old.cap_estimate_nanos IS NOT NULL AND old.status = 'running'::text AND new.status <> 'running'::text) EXECUTE FUNCTION bailiwick_note_ended();
CREATE CONSTRAINT TRIGGER spend_release AFTER UPDATE OF status ON tasks DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (old.cap_estimate_nanos IS NOT NULL AND old.status = 'running'::text AND new.status <> 'running'::text) EXECUTE FUNCTION bailiwick_release_reservation();
CREATE TRIGGER stop_confirmed AFTER UPDATE OF status, fence ON tasks FOR EACH ROW WHEN (old.stop_fence = old.fence AND old.status = 'running'::text AND (new.status <> 'running'::text OR new.fence <> old.fence)) EXECUTE FUNCTION bailiwick_confirm_stop();
alter table tasks enable row level security;
create policy workspace on tasks using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on tasks to bailiwick_app;

create table team_rules (
  workspace_id uuid not null,
  allow_peer_assignment boolean default false not null,
  require_supervisor_for_tasks boolean default false not null,
  default_supervisor_agent_id uuid,
  updated_at timestamp(3) with time zone default bailiwick_now() not null,
  agents_create_roots boolean default true not null,
  agent_priority_max integer default 10 not null,
  constraint team_rules_pkey PRIMARY KEY (workspace_id),
  constraint team_rules_agent_priority_max_check CHECK (agent_priority_max >= 0 AND agent_priority_max <= 1000000),
  constraint team_rules_workspace_id_default_supervisor_agent_id_fkey FOREIGN KEY (workspace_id, default_supervisor_agent_id) REFERENCES agent_roles(workspace_id, agent_id),
  constraint team_rules_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id)
);
alter table team_rules enable row level security;
create policy workspace on team_rules using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on team_rules to bailiwick_app;

create table thread_members (
  workspace_id uuid not null,
  thread_id uuid not null,
  owner_id uuid not null,
  constraint thread_members_pkey PRIMARY KEY (workspace_id, thread_id, owner_id),
  constraint thread_members_workspace_id_owner_id_fkey FOREIGN KEY (workspace_id, owner_id) REFERENCES mailboxes(workspace_id, owner_id),
  constraint thread_members_workspace_id_thread_id_fkey FOREIGN KEY (workspace_id, thread_id) REFERENCES threads(workspace_id, id)
);
CREATE INDEX thread_members_owner ON thread_members USING btree (workspace_id, owner_id, thread_id);
alter table thread_members enable row level security;
create policy workspace on thread_members using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select on thread_members to bailiwick_app;

create table threads (
  workspace_id uuid not null,
  id uuid not null,
  kind text not null,
  task_id uuid,
  message_count integer default 0 not null,
  last_message_id uuid,
  constraint threads_pkey PRIMARY KEY (workspace_id, id),
  constraint threads_check CHECK ((kind = 'task'::text) = (task_id IS NOT NULL)),
  constraint threads_kind_check CHECK (kind = ANY (ARRAY['task'::text, 'free'::text, 'direct'::text])),
  constraint threads_message_count_check CHECK (message_count >= 0),
  constraint threads_workspace_id_fkey FOREIGN KEY (workspace_id) REFERENCES workspaces(workspace_id),
  constraint threads_workspace_id_task_id_fkey FOREIGN KEY (workspace_id, task_id) REFERENCES tasks(workspace_id, id)
);
CREATE INDEX threads_recent ON threads USING btree (workspace_id, last_message_id) WHERE last_message_id IS NOT NULL;
CREATE UNIQUE INDEX threads_task ON threads USING btree (workspace_id, task_id) WHERE task_id IS NOT NULL;
alter table threads enable row level security;
create policy workspace on threads using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant insert, select, update on threads to bailiwick_app;

create table users (
  id uuid not null,
  email text not null,
  name text,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_key UNIQUE (email),
  constraint users_email_check CHECK (email !~ '[A-Z]'::text AND length(email) >= 3 AND length(email) <= 254),
  constraint users_name_check CHECK (length(name) >= 1 AND length(name) <= 100)
);

create table witnessed_logs (
  origin text not null,
  size bigint not null,
  root bytea not null,
  constraint witnessed_logs_pkey PRIMARY KEY (origin),
  constraint witnessed_logs_root_check CHECK (length(root) = 32),
  constraint witnessed_logs_size_check CHECK (size >= 0)
);

create table workspaces (
  workspace_id uuid not null,
  name text not null,
  tier_name text default 'free'::text not null,
  created_at timestamp(3) with time zone default bailiwick_now() not null,
  updated_at timestamp(3) with time zone default bailiwick_now() not null,
  tier_as_of timestamp(3) with time zone,
  constraint workspaces_pkey PRIMARY KEY (workspace_id),
  constraint workspaces_name_check CHECK (length(name) >= 1 AND length(name) <= 100),
  constraint workspaces_tier_name_check CHECK (tier_name = ANY (ARRAY['free'::text, 'production'::text, 'pro'::text, 'agency'::text]))
);
alter table workspaces enable row level security;
create policy workspace on workspaces using (workspace_id = (( SELECT bailiwick_workspace() AS bailiwick_workspace)));
grant select on workspaces to bailiwick_app;
grant update (name, tier_as_of, tier_name, updated_at) on workspaces to bailiwick_app;

CREATE OR REPLACE FUNCTION public.accept_invitation(the_hash text, the_user uuid)
 RETURNS TABLE(invitation_id uuid, workspace_id uuid, workspace_name text, role text, has_joined boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare held invitations; joined boolean;
begin
  select i.* into held from invitations i join users u on u.id = the_user and u.email = i.email
    where i.token_hash = the_hash and i.status = 'open' and i.expires_at > bailiwick_now() for no key update of i;
  if not found then return; end if;
  insert into members as m (workspace_id, user_id, role) values (held.workspace_id, the_user, held.role)
    on conflict (workspace_id, user_id) do update
      set role = excluded.role, joined_at = bailiwick_now(), ended_at = null where m.ended_at is not null;
  joined := found;
  update invitations i set status = 'accepted', accepted_by_user_id = the_user, ended_at = bailiwick_now()
    where i.workspace_id = held.workspace_id and i.id = held.id;
  return query select held.id, w.workspace_id, w.name, m.role, joined from workspaces w
    join members m on m.workspace_id = w.workspace_id and m.user_id = the_user
    where w.workspace_id = held.workspace_id;
end
$function$;
revoke all on function accept_invitation(text,uuid) from public;
grant execute on function accept_invitation(text,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.add_workspace(the_user uuid, new_workspace uuid, the_name text, the_tier text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  insert into workspaces (workspace_id, name, tier_name) values (new_workspace, the_name, the_tier);
  insert into members (workspace_id, user_id, role) values (new_workspace, the_user, 'owner')
$function$;
revoke all on function add_workspace(uuid,uuid,text,text) from public;

CREATE OR REPLACE FUNCTION public.bailiwick_actions_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct workspace_id from agent_actions where due_at <= bailiwick_now() and held_since is null
$function$;
revoke all on function bailiwick_actions_due() from public;
grant execute on function bailiwick_actions_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_actions_over()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select workspace_id from agent_actions where status = 'pending' and held_since is null and expires_at <= bailiwick_now()
  union
  select workspace_id from action_bypasses where ended_at is null and ends_at <= bailiwick_now()
$function$;
revoke all on function bailiwick_actions_over() from public;
grant execute on function bailiwick_actions_over() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_agent_secrets_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct workspace_id from agents where secret_rules < 1
  union
  select distinct workspace_id from agent_revisions where secret_rules < 1
$function$;
revoke all on function bailiwick_agent_secrets_due() from public;
grant execute on function bailiwick_agent_secrets_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_alert_work_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct r.workspace_id from alert_rules r where r.is_enabled and r.look_at <= bailiwick_now()
  union
  select l.workspace_id from alert_looks l
  where l.looked_at <= bailiwick_now() - interval '5 s'
    and exists (select from alert_rules r where r.workspace_id = l.workspace_id and r.is_enabled)
    and bailiwick_newest_usage(l.workspace_id) > l.seen_seq
$function$;
revoke all on function bailiwick_alert_work_due() from public;
grant execute on function bailiwick_alert_work_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_checkpoints_since(since timestamp with time zone)
 RETURNS TABLE(workspace_id uuid, checkpoint text, size bigint, sealed_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select t.workspace_id, t.checkpoint, t.size, t.sealed_at from audit_trees t
  where t.sealed_at >= since order by t.sealed_at limit 1000
$function$;
revoke all on function bailiwick_checkpoints_since(timestamp with time zone) from public;
grant execute on function bailiwick_checkpoints_since(timestamp with time zone) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_clock()
 RETURNS timestamp with time zone
 LANGUAGE sql
 PARALLEL RESTRICTED
AS $function$
  select date_trunc('milliseconds',
    clock_timestamp() + coalesce(nullif(current_setting('bailiwick.clock_offset', true), ''), '0')::interval)
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_confirm_stop()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  update stop_tasks set confirmed_at = bailiwick_now()
  where workspace_id = old.workspace_id and task_id = old.id and fence = old.fence and confirmed_at is null;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.bailiwick_count_facts(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  of_workspace uuid;
  counted int := 0;
begin
  for of_workspace in
    select w.workspace_id from workspaces w left join fact_marks m on m.workspace_id = w.workspace_id
      and m.epoch = (select epoch from installation)
    where exists (select from facts f where f.workspace_id = w.workspace_id
      and (f.xid, f.seq) > (coalesce(m.xid, '0'), coalesce(m.seq, 0))
      and f.xid < pg_snapshot_xmin(pg_current_snapshot()))
  loop
    exit when counted >= most;
    counted := counted + bailiwick_count_facts_of(of_workspace, most - counted);
  end loop;
  return counted;
end $function$;
revoke all on function bailiwick_count_facts(integer) from public;
grant execute on function bailiwick_count_facts(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_count_facts_of(of_workspace uuid, most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  mark fact_marks;
  this_epoch uuid := (select epoch from installation);
  horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
  counted int;
begin
  insert into fact_marks values (of_workspace, this_epoch, '0', 0) on conflict do nothing;
  select * into mark from fact_marks where workspace_id = of_workspace for update skip locked;
  if not found then return 0; end if;
  if mark.epoch <> this_epoch then
    delete from fact_counts where workspace_id = of_workspace;
    mark.xid := '0';
    mark.seq := 0;
  end if;
  with behind as materialized (
    select f.xid, f.seq, f.type, f.created_at from facts f
    where f.workspace_id = of_workspace and (f.xid, f.seq) > (mark.xid, mark.seq) and f.xid < horizon
    order by f.xid, f.seq limit most
  ), added as (
    insert into fact_counts (workspace_id, at, type, facts)
    select of_workspace, date_bin('5 minutes', b.created_at, 'epoch'::timestamptz), b.type, count(*) from behind b
    group by 2, 3 order by 2, 3
    on conflict (workspace_id, at, type) do update set facts = fact_counts.facts + excluded.facts
  ), last as (
    select b.xid, b.seq from behind b order by b.xid desc, b.seq desc limit 1
  )
  update fact_marks m set epoch = this_epoch, xid = coalesce(l.xid, mark.xid), seq = coalesce(l.seq, mark.seq)
  from (select count(*)::int as facts from behind) n left join last l on true
  where m.workspace_id = of_workspace
  returning n.facts into counted;
  return counted;
end $function$;
revoke all on function bailiwick_count_facts_of(uuid,integer) from public;

CREATE OR REPLACE FUNCTION public.bailiwick_count_orphans()
 RETURNS TABLE(kind text, orphans bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with recursive
  fact_workspaces as (
    (select workspace_id from facts order by workspace_id limit 1)
    union all
    select (select f.workspace_id from facts f where f.workspace_id > w.workspace_id order by f.workspace_id limit 1)
    from fact_workspaces w where w.workspace_id is not null
  ), task_workspaces as (
    (select workspace_id from tasks order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.workspace_id > w.workspace_id order by t.workspace_id limit 1)
    from task_workspaces w where w.workspace_id is not null
  ), inboxes as (
    (select workspace_id, owner_id from deliveries order by workspace_id, owner_id limit 1)
    union all
    select n.workspace_id, n.owner_id from inboxes i left join lateral (
      select d.workspace_id, d.owner_id from deliveries d
      where (d.workspace_id, d.owner_id) > (i.workspace_id, i.owner_id) order by 1, 2 limit 1) n on true
    where i.owner_id is not null
  ), message_threads as (
    (select workspace_id, thread_id from messages order by workspace_id, thread_id limit 1)
    union all
    select n.workspace_id, n.thread_id from message_threads i left join lateral (
      select m.workspace_id, m.thread_id from messages m
      where (m.workspace_id, m.thread_id) > (i.workspace_id, i.thread_id) order by 1, 2 limit 1) n on true
    where i.thread_id is not null
  ), creators as (
    (select workspace_id, created_by_agent_id from tasks where created_by_agent_id is not null
      order by workspace_id, created_by_agent_id limit 1)
    union all
    select n.workspace_id, n.created_by_agent_id from creators i left join lateral (
      select t.workspace_id, t.created_by_agent_id from tasks t where created_by_agent_id is not null
        and (t.workspace_id, t.created_by_agent_id) > (i.workspace_id, i.created_by_agent_id) order by 1, 2 limit 1) n on true
    where i.created_by_agent_id is not null
  ), senders as (
    (select workspace_id, from_agent_id from messages where from_agent_id is not null
      order by workspace_id, from_agent_id limit 1)
    union all
    select n.workspace_id, n.from_agent_id from senders i left join lateral (
      select m.workspace_id, m.from_agent_id from messages m where from_agent_id is not null
        and (m.workspace_id, m.from_agent_id) > (i.workspace_id, i.from_agent_id) order by 1, 2 limit 1) n on true
    where i.from_agent_id is not null
  )
  select 'facts of no workspace', count(*) from fact_workspaces o where o.workspace_id is not null
    and not exists (select from workspaces w where w.workspace_id = o.workspace_id)
  union all
  select 'tasks of no workspace', count(*) from task_workspaces o where o.workspace_id is not null
    and not exists (select from workspaces w where w.workspace_id = o.workspace_id)
  union all
  select 'tasks made by no agent', count(*) from creators o where o.workspace_id is not null
    and not exists (select from agents a where a.workspace_id = o.workspace_id and a.id = o.created_by_agent_id)
  union all
  select 'messages from no agent', count(*) from senders o where o.workspace_id is not null
    and not exists (select from agents a where a.workspace_id = o.workspace_id and a.id = o.from_agent_id)
  union all
  select 'messages in no thread', count(*) from message_threads o where o.workspace_id is not null
    and not exists (select from threads t where t.workspace_id = o.workspace_id and t.id = o.thread_id)
  union all
  select 'deliveries to no inbox', count(*) from inboxes o where o.workspace_id is not null
    and not exists (select from mailboxes b where b.workspace_id = o.workspace_id and b.owner_id = o.owner_id)
$function$;
revoke all on function bailiwick_count_orphans() from public;
grant execute on function bailiwick_count_orphans() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_count_restart()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if new.status <> 'queued' or (new.pool_id is null and new.assigned_to_agent_id <> old.assigned_to_agent_id) then
    update risk_restarts set restarts = 0, is_due = false where workspace_id = old.workspace_id and task_id = old.id and restarts > 0;
    return null;
  end if;
  if old.undo->>'step' = 'start' and new.undo is null then return null; end if;
  if old.stop_fence = old.fence or exists (select from gates g where g.workspace_id = old.workspace_id
    and g.agent_id = old.assigned_to_agent_id and g.parked_at >= old.attempt_started_at) then return null; end if;
  insert into risk_restarts as r (workspace_id, task_id, agent_id, restarts, is_due, changed_on)
  values (old.workspace_id, old.id, old.assigned_to_agent_id, 1, false, (bailiwick_now() at time zone 'UTC')::date)
  on conflict (workspace_id, task_id) do update set agent_id = excluded.agent_id, restarts = r.restarts + 1,
    is_due = true, changed_on = excluded.changed_on;
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.bailiwick_count_since(of_workspace uuid, since timestamp with time zone)
 RETURNS TABLE(type text, facts double precision)
 LANGUAGE plpgsql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  mark_xid xid8;
  mark_seq bigint;
begin
  -- A mark of another installation is from a backup: the job counts again, and until then the facts are counted here.
  select m.xid, m.seq into mark_xid, mark_seq from fact_marks m join installation i on i.epoch = m.epoch
  where m.workspace_id = of_workspace;
  return query select n.type, sum(n.facts)::float8 from (
    select c.type, c.facts from fact_counts c
    where c.workspace_id = of_workspace and c.at >= since and mark_xid is not null
    union all
    select f.type, 1 from facts f where f.workspace_id = of_workspace and f.created_at >= since
      and (f.xid, f.seq) > (coalesce(mark_xid, '0'), coalesce(mark_seq, 0))
  ) n group by n.type order by n.type;
end $function$;
revoke all on function bailiwick_count_since(uuid,timestamp with time zone) from public;
grant execute on function bailiwick_count_since(uuid,timestamp with time zone) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_end_risk_turn(the_workspace uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update risk_turns set ended_at = bailiwick_now() where workspace_id = the_workspace
$function$;
revoke all on function bailiwick_end_risk_turn(uuid) from public;
grant execute on function bailiwick_end_risk_turn(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_event_days()
 RETURNS SETOF date
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select to_date(right(c.relname, 8), 'YYYYMMDD') from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.obs_events'::regclass order by 1
$function$;
revoke all on function bailiwick_event_days() from public;
grant execute on function bailiwick_event_days() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_evidence_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct workspace_id from policy_requests
  where status = 'pending' and evidence_state = 'waiting' and (evidence_at is null or evidence_at <= bailiwick_now())
$function$;
revoke all on function bailiwick_evidence_due() from public;
grant execute on function bailiwick_evidence_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_fact_text(the_workspace uuid, the_fact uuid, data jsonb)
 RETURNS text
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce((select payload::text from public.fact_payloads where workspace_id = the_workspace and fact_id = the_fact),
    data::text)
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_first_event_id(at timestamp with time zone)
 RETURNS uuid
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select (lpad(to_hex(floor(extract(epoch from at) * 1000)::bigint), 12, '0') || '00000000000000000000')::uuid
$function$;
revoke all on function bailiwick_first_event_id(timestamp with time zone) from public;
grant execute on function bailiwick_first_event_id(timestamp with time zone) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_fold_task_costs(ws uuid, first date, most integer)
 RETURNS TABLE(size integer)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select task_id, day from obs_task_costs where workspace_id = ws and day < first and day > '0001-01-01'
    order by day, task_id limit most for update skip locked
  ), gone as (
    delete from obs_task_costs c using old where c.workspace_id = ws and c.task_id = old.task_id and c.day = old.day
    returning c.*, pg_column_size(c) as row_size
  ), kept as (
    insert into obs_task_costs as t (workspace_id, task_id, day, is_root, own_calls, own_unpriced_calls, own_tokens_in,
      own_tokens_out, own_cost_nanos, own_list_cost_nanos, calls, unpriced_calls, tokens_in, tokens_out, cost_nanos,
      list_cost_nanos)
    select ws, task_id, '0001-01-01'::date, bool_or(is_root), sum(own_calls), sum(own_unpriced_calls), sum(own_tokens_in),
      sum(own_tokens_out), sum(own_cost_nanos), sum(own_list_cost_nanos), sum(calls), sum(unpriced_calls), sum(tokens_in),
      sum(tokens_out), sum(cost_nanos), sum(list_cost_nanos)
    from gone group by task_id
    on conflict (workspace_id, task_id, day) do update set own_calls = t.own_calls + excluded.own_calls,
      own_unpriced_calls = t.own_unpriced_calls + excluded.own_unpriced_calls,
      own_tokens_in = t.own_tokens_in + excluded.own_tokens_in, own_tokens_out = t.own_tokens_out + excluded.own_tokens_out,
      own_cost_nanos = t.own_cost_nanos + excluded.own_cost_nanos,
      own_list_cost_nanos = t.own_list_cost_nanos + excluded.own_list_cost_nanos, calls = t.calls + excluded.calls,
      unpriced_calls = t.unpriced_calls + excluded.unpriced_calls, tokens_in = t.tokens_in + excluded.tokens_in,
      tokens_out = t.tokens_out + excluded.tokens_out, cost_nanos = t.cost_nanos + excluded.cost_nanos,
      list_cost_nanos = t.list_cost_nanos + excluded.list_cost_nanos
  )
  select row_size from gone
$function$;
revoke all on function bailiwick_fold_task_costs(uuid,date,integer) from public;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_action_rules(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from action_rules where expires_at < bailiwick_now() - interval '190 days'
    order by expires_at limit most for update skip locked
  ), gone as (
    delete from action_rules r using old where r.workspace_id = old.workspace_id and r.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_action_rules(integer) from public;
grant execute on function bailiwick_forget_action_rules(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_actions(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from agent_actions where finished_at < bailiwick_now() - interval '190 days'
    order by finished_at limit most for update skip locked
  ), gone as (
    delete from agent_actions a using old where a.workspace_id = old.workspace_id and a.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_actions(integer) from public;
grant execute on function bailiwick_forget_actions(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_alerts(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from alert_events where triggered_at < bailiwick_now() - interval '190 days'
    order by triggered_at limit most for update skip locked
  ), gone as (
    delete from alert_events e using old where e.workspace_id = old.workspace_id and e.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_alerts(integer) from public;
grant execute on function bailiwick_forget_alerts(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_amounts(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from spend_amounts where day < (bailiwick_now() at time zone 'UTC')::date - 2
    order by day limit most for update skip locked
  ), gone as (
    delete from spend_amounts a using old where a.workspace_id = old.workspace_id and a.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_amounts(integer) from public;
grant execute on function bailiwick_forget_amounts(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_answers(at_most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public'
AS $function$
declare forgotten int;
begin
  delete from public.idempotency_answers where ctid = any (array(
    select ctid from public.idempotency_answers
    where created_at < public.bailiwick_now() - interval '7 days' order by created_at limit at_most));
  get diagnostics forgotten = row_count;
  return forgotten;
end
$function$;
revoke all on function bailiwick_forget_answers(integer) from public;
grant execute on function bailiwick_forget_answers(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_bypasses(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from action_bypasses where ended_at < bailiwick_now() - interval '190 days'
    order by ended_at limit most for update skip locked
  ), gone as (
    delete from action_bypasses b using old where b.workspace_id = old.workspace_id and b.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_bypasses(integer) from public;
grant execute on function bailiwick_forget_bypasses(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_deliveries(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with finished as (
    select o.workspace_id, o.id from outbox o where o.finished_at < bailiwick_now() - interval '30 days'
    order by o.finished_at limit most for update skip locked
  ), ended as (
    select o.workspace_id, o.id from outbox_targets t join outbox o on o.workspace_id = t.workspace_id and o.target_id = t.id
    where t.deleted_at is not null limit most for update of o skip locked
  ), old as (
    select workspace_id, id from finished union select workspace_id, id from ended
  ), few as (select workspace_id, id from old limit most), gone as (
    delete from outbox o using few where o.workspace_id = few.workspace_id and o.id = few.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_deliveries(integer) from public;
grant execute on function bailiwick_forget_deliveries(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_event_keys(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, key_hash from obs_keys
    where event_id < bailiwick_first_event_id(bailiwick_now() - interval '8 days')
    order by event_id limit most for update skip locked
  ), gone as (
    delete from obs_keys k using old where k.workspace_id = old.workspace_id and k.key_hash = old.key_hash returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_event_keys(integer) from public;
grant execute on function bailiwick_forget_event_keys(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_fact_counts(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select ctid from fact_counts where at < bailiwick_now() - interval '35 days' limit most
  ), gone as (
    delete from fact_counts c using old where c.ctid = old.ctid returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_fact_counts(integer) from public;
grant execute on function bailiwick_forget_fact_counts(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_gate_rules(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from gate_rules where ended_at < bailiwick_now() - interval '190 days'
    order by ended_at limit most for update skip locked
  ), gone as (
    delete from gate_rules r using old where r.workspace_id = old.workspace_id and r.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_gate_rules(integer) from public;
grant execute on function bailiwick_forget_gate_rules(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_grants(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from policy_grants
    where status <> 'active' and valid_to < bailiwick_now() - interval '190 days'
    order by valid_to limit most for update skip locked
  ), gone as (
    delete from policy_grants g using old where g.workspace_id = old.workspace_id and g.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_grants(integer) from public;
grant execute on function bailiwick_forget_grants(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_held_deliveries(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with held as (
    select t.workspace_id, t.id from outbox_targets t
    where not t.is_enabled and t.deleted_at is null and t.pending > 0 for update skip locked
  ), old as (
    select o.workspace_id, o.id, o.target_id from held h join outbox o on o.workspace_id = h.workspace_id and o.target_id = h.id
    where o.status = 'pending' and o.created_at < bailiwick_now() - interval '30 days' limit most
  ), gone as (
    delete from outbox o using old where o.workspace_id = old.workspace_id and o.id = old.id returning o.workspace_id, o.target_id
  ), counted as (
    update outbox_targets t set pending = t.pending - g.rows
    from (select workspace_id, target_id, count(*)::int as rows from gone group by 1, 2) g
    where t.workspace_id = g.workspace_id and t.id = g.target_id returning 1
  )
  select (select count(*)::int from gone) + 0 * (select count(*)::int from counted)
$function$;
revoke all on function bailiwick_forget_held_deliveries(integer) from public;
grant execute on function bailiwick_forget_held_deliveries(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_loops(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, subject_id, agent_id from risk_loops
    where changed_on < (bailiwick_now() at time zone 'UTC')::date - 2 limit most for update skip locked
  ), gone as (
    delete from risk_loops l using old o
    where l.workspace_id = o.workspace_id and l.subject_id = o.subject_id and l.agent_id = o.agent_id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_loops(integer) from public;
grant execute on function bailiwick_forget_loops(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_minutes(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, grain, agent_id, at from obs_counters
    where grain = 'minute' and (errors = 0 and at < bailiwick_now() - interval '2 days'
      or at < bailiwick_now() - interval '100 days')
    order by at limit most for update skip locked
  ), gone as (
    delete from obs_counters c using old where (c.workspace_id, c.grain, c.agent_id, c.at)
      = (old.workspace_id, old.grain, old.agent_id, old.at) returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_minutes(integer) from public;
grant execute on function bailiwick_forget_minutes(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_requests(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from policy_requests
    where status <> 'pending' and expires_at < bailiwick_now() - interval '190 days'
    order by expires_at limit most for update skip locked
  ), gone as (
    delete from policy_requests r using old where r.workspace_id = old.workspace_id and r.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_requests(integer) from public;
grant execute on function bailiwick_forget_requests(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_restarts(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, task_id from risk_restarts
    where changed_on < (bailiwick_now() at time zone 'UTC')::date - 8 limit most for update skip locked
  ), gone as (
    delete from risk_restarts r using old o where r.workspace_id = o.workspace_id and r.task_id = o.task_id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_restarts(integer) from public;
grant execute on function bailiwick_forget_restarts(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_risk_events(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from risk_events where evaluated_at < bailiwick_now() - interval '190 days'
    order by evaluated_at limit most for update skip locked
  ), gone as (
    delete from risk_events e using old where e.workspace_id = old.workspace_id and e.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_risk_events(integer) from public;
grant execute on function bailiwick_forget_risk_events(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_series(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, series from obs_series where updated_at < bailiwick_now() - interval '100 days'
    order by updated_at limit most for update skip locked
  ), gone as (
    delete from obs_series s using old where s.workspace_id = old.workspace_id and s.series = old.series returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_series(integer) from public;
grant execute on function bailiwick_forget_series(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_sessions(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, agent_id, session from obs_sessions where updated_at < bailiwick_now() - interval '180 days'
    order by updated_at limit most for update skip locked
  ), gone as (
    delete from obs_sessions s using old
    where (s.workspace_id, s.agent_id, s.session) = (old.workspace_id, old.agent_id, old.session) returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_sessions(integer) from public;
grant execute on function bailiwick_forget_sessions(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_social_days(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, agent_id, day from social_days where day < (bailiwick_now() at time zone 'UTC')::date - 400
    order by day limit most for update skip locked
  ), gone as (
    delete from social_days d using old where d.workspace_id = old.workspace_id and d.agent_id = old.agent_id
      and d.day = old.day returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_social_days(integer) from public;
grant execute on function bailiwick_forget_social_days(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_social_pages(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, place from social_pages where read_at < bailiwick_now() - interval '1 day'
    order by read_at limit most for update skip locked
  ), gone as (
    delete from social_pages p using old where p.workspace_id = old.workspace_id and p.place = old.place returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_social_pages(integer) from public;
grant execute on function bailiwick_forget_social_pages(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_social_posts(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, agent_id, post_id from social_posts where synced_at < bailiwick_now() - interval '400 days'
    order by synced_at limit most for update skip locked
  ), gone as (
    delete from social_posts p using old where p.workspace_id = old.workspace_id and p.agent_id = old.agent_id
      and p.post_id = old.post_id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_social_posts(integer) from public;
grant execute on function bailiwick_forget_social_posts(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_social_votes(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, agent_id, post_id from social_votes where voted_at < bailiwick_now() - interval '190 days'
    order by voted_at limit most for update skip locked
  ), gone as (
    delete from social_votes v using old where v.workspace_id = old.workspace_id and v.agent_id = old.agent_id
      and v.post_id = old.post_id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_social_votes(integer) from public;
grant execute on function bailiwick_forget_social_votes(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_stops(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select workspace_id, id from stops where ended_at < bailiwick_now() - interval '190 days'
    order by ended_at limit most for update skip locked
  ), gone as (
    delete from stops s using old where s.workspace_id = old.workspace_id and s.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_stops(integer) from public;
grant execute on function bailiwick_forget_stops(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_targets(most integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with old as (
    select t.workspace_id, t.id from outbox_targets t
    where t.deleted_at < bailiwick_now() - interval '1 hour'
      and not exists (select from outbox o where o.workspace_id = t.workspace_id and o.target_id = t.id)
    limit most for update skip locked
  ), gone as (
    delete from outbox_targets t using old where t.workspace_id = old.workspace_id and t.id = old.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function bailiwick_forget_targets(integer) from public;
grant execute on function bailiwick_forget_targets(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_forget_telemetry(first date, most integer)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  ws uuid := bailiwick_workspace();
  start timestamptz := first::timestamp at time zone 'UTC';
  known obs_retention;
  found_day date;
  part text;
  n bigint;
  size bigint;
  n_all bigint := 0;
  size_all bigint := 0;
begin
  if most < 1 then raise 'The number of rows must be positive.'; end if;
  select * into known from obs_retention
  where workspace_id = ws and (swept_at is null or swept_at < bailiwick_now() - interval '55 minutes')
  for update skip locked;
  if not found then return null; end if;
  for found_day in
    select d from bailiwick_event_days() d where d < first and (known.events_before is null or d >= known.events_before)
  loop
    part := 'obs_events_' || to_char(found_day, 'YYYYMMDD');
    execute format('with old as (select id from public.%1$I where workspace_id = $1 order by id limit $2),
      gone as (delete from public.%1$I e using old where e.workspace_id = $1 and e.id = old.id
        returning pg_column_size(e) as size)
      select count(*), coalesce(sum(size), 0) from gone', part) into n, size using ws, most - n_all;
    n_all := n_all + n;
    size_all := size_all + size;
    exit when n_all >= most;
    known.events_before := found_day + 1;
  end loop;

  with old as (
    select run_id from obs_runs where workspace_id = ws and started_at < start and last_event_at < start
    order by started_at limit most - n_all for update skip locked
  ), gone as (
    delete from obs_runs r using old where r.workspace_id = ws and r.run_id = old.run_id returning pg_column_size(r) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select grain, at, agent_id, provider, model from obs_usage where workspace_id = ws and at < start
    order by grain, at limit most - n_all for update skip locked
  ), gone as (
    delete from obs_usage u using old where u.workspace_id = ws and (u.grain, u.at, u.agent_id, u.provider, u.model)
      = (old.grain, old.at, old.agent_id, old.provider, old.model) returning pg_column_size(u) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select grain, agent_id, at from obs_counters where workspace_id = ws and grain in ('day', 'minute') and at < start
    limit most - n_all for update skip locked
  ), gone as (
    delete from obs_counters c using old where c.workspace_id = ws and (c.grain, c.agent_id, c.at)
      = (old.grain, old.agent_id, old.at) returning pg_column_size(c) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select agent_id, day, event_id from obs_latencies where workspace_id = ws and day < first
    limit most - n_all for update skip locked
  ), gone as (
    delete from obs_latencies l using old where l.workspace_id = ws and (l.agent_id, l.day, l.event_id)
      = (old.agent_id, old.day, old.event_id) returning pg_column_size(l) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  with old as (
    select day, agent_id, task_id from obs_outcomes where workspace_id = ws and day < first
    order by day limit most - n_all for update skip locked
  ), gone as (
    delete from obs_outcomes o using old where o.workspace_id = ws and (o.day, o.agent_id, o.task_id)
      = (old.day, old.agent_id, old.task_id) returning pg_column_size(o) as size
  )
  select count(*), coalesce(sum(gone.size), 0) into n, size from gone;
  n_all := n_all + n; size_all := size_all + size;

  select count(*), coalesce(sum(f.size), 0) into n, size from bailiwick_fold_task_costs(ws, first, (most - n_all)::int) f;
  n_all := n_all + n; size_all := size_all + size;

  update obs_retention set events_before = known.events_before, rows_gone = rows_gone + n_all,
    bytes_gone = bytes_gone + size_all
  where workspace_id = ws;
  return n_all < most;
end $function$;
revoke all on function bailiwick_forget_telemetry(date,integer) from public;
grant execute on function bailiwick_forget_telemetry(date,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_free_calls(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  stale record;
  gone spend_amounts;
  freed int := 0;
begin
  for stale in select workspace_id, id from spend_amounts where expires_at < bailiwick_now()
    order by expires_at limit most
  loop
    perform from spend_caps c where c.workspace_id = stale.workspace_id order by c.id for no key update;
    delete from spend_amounts a where a.workspace_id = stale.workspace_id and a.id = stale.id
      and a.expires_at < bailiwick_now() returning a.* into gone;
    if gone.id is null then continue; end if;
    freed := freed + 1;
    update spend_caps c set reserved_nanos = greatest(0, c.reserved_nanos - gone.nanos)
    where c.workspace_id = gone.workspace_id and (c.agent_id is null or c.agent_id = gone.agent_id);
  end loop;
  return freed;
end $function$;
revoke all on function bailiwick_free_calls(integer) from public;
grant execute on function bailiwick_free_calls(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_free_reservations(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  stale record;
  gone spend_reservations;
  freed int := 0;
begin
  for stale in select r.workspace_id, r.task_id from spend_reservations r
    join tasks t on t.workspace_id = r.workspace_id and t.id = r.task_id where t.status <> 'running'
    order by r.workspace_id, r.task_id limit most
  loop
    perform from spend_caps c where c.workspace_id = stale.workspace_id order by c.id for no key update;
    delete from spend_reservations r using tasks t where r.workspace_id = stale.workspace_id and r.task_id = stale.task_id
      and t.workspace_id = r.workspace_id and t.id = r.task_id and t.status <> 'running' returning r.* into gone;
    if gone.task_id is null then continue; end if;
    freed := freed + 1;
    update spend_caps c set
      reserved_nanos = greatest(0, c.reserved_nanos - case when c.is_list then gone.left_list_nanos else gone.left_nanos end)
    where c.workspace_id = gone.workspace_id and (c.agent_id is null or c.agent_id = gone.agent_id);
  end loop;
  return freed;
end $function$;
revoke all on function bailiwick_free_reservations(integer) from public;
grant execute on function bailiwick_free_reservations(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_gate_tallies_over()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct workspace_id from gate_tallies where minute < bailiwick_now() - interval '70 seconds'
$function$;
revoke all on function bailiwick_gate_tallies_over() from public;
grant execute on function bailiwick_gate_tallies_over() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_governance_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select workspace_id from policy_requests
  where status = 'pending' and (expires_at <= bailiwick_now()
    or expires_at <= bailiwick_now() + interval '4 hours' and reminded_at is null)
  union
  select workspace_id from policy_grants where status = 'active' and valid_to <= bailiwick_now()
$function$;
revoke all on function bailiwick_governance_due() from public;
grant execute on function bailiwick_governance_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_keep_event_days(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  today date := (bailiwick_now() at time zone 'UTC')::date;
  old date;
  is_empty boolean;
begin
  perform bailiwick_make_event_day(today + n) from generate_series(0, 3) n;
  select min(d) into old from bailiwick_event_days() d;
  if old is null or old >= today - 1 or most < 1 then return 0; end if;
  perform set_config('lock_timeout', '1s', true);
  if old >= today - 190 then
    if old >= (select min(coalesce(events_before, '0001-01-01')) from obs_retention) then return 0; end if;
    execute format('select not exists (select from public.%I)', 'obs_events_' || to_char(old, 'YYYYMMDD')) into is_empty;
    if not is_empty then return 0; end if;
  end if;
  begin
    execute format('drop table public.%I', 'obs_events_' || to_char(old, 'YYYYMMDD'));
  exception when lock_not_available then
    return 0;
  end;
  return 1;
end $function$;
revoke all on function bailiwick_keep_event_days(integer) from public;
grant execute on function bailiwick_keep_event_days(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_keep_fact()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  was text;
begin
  if tg_op = 'UPDATE' and old.type like 'task.%' and old.redaction_id is null and new.redaction_id is not null
    and to_jsonb(new) - 'data' - 'redaction_id' = to_jsonb(old) - 'data' - 'redaction_id'
  then
    was := bailiwick_fact_text(old.workspace_id, old.id, old.data);
    if new.data - 'redacted' <@ was::jsonb
      and new.data -> 'redacted' ->> 'sha256' = encode(sha256(convert_to(was, 'UTF8')), 'hex')
      and new.data -> 'redacted' -> 'bytes' = to_jsonb(octet_length(was))
      and new.data -> 'redacted' ->> 'redaction_id' = new.redaction_id::text
      and exists (select from redactions r where r.workspace_id = old.workspace_id and r.id = new.redaction_id
        and r.task_id = old.subject_id)
    then
      return new;
    end if;
  end if;
  raise exception '% of % is refused: it is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_keep_revision()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.secret_rules <= old.secret_rules then
    raise exception '% of % is refused: it is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_lock_witnessed(the_origin text, empty_root bytea)
 RETURNS TABLE(size bigint, root bytea)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into witnessed_logs as w (origin, size, root) values (the_origin, 0, empty_root) on conflict do nothing;
  return query select w.size, w.root from witnessed_logs w where w.origin = the_origin for update;
end
$function$;
revoke all on function bailiwick_lock_witnessed(text,bytea) from public;
grant execute on function bailiwick_lock_witnessed(text,bytea) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_loops_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select workspace_id from risk_loops where is_due union select workspace_id from risk_restarts where is_due
$function$;
revoke all on function bailiwick_loops_due() from public;
grant execute on function bailiwick_loops_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_make_event_day(of_day date)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  name text := 'obs_events_' || to_char(of_day, 'YYYYMMDD');
begin
  if to_regclass('public.' || name) is not null then return false; end if;
  perform pg_advisory_xact_lock(hashtext('bailiwick_make_event_day'));
  if exists (select from pg_class where relname = name and relnamespace = 'public'::regnamespace) then return false; end if;
  execute format('create table public.%I (like public.obs_events including all)', name);
  execute format('alter table public.%I enable row level security', name);
  execute format('create policy workspace on public.%I using (workspace_id = (select bailiwick_workspace()))', name);
  execute format('alter table public.obs_events attach partition public.%I for values from (%L) to (%L)', name,
    bailiwick_first_event_id(of_day::timestamp at time zone 'UTC'),
    bailiwick_first_event_id((of_day + 1)::timestamp at time zone 'UTC'));
  return true;
end $function$;
revoke all on function bailiwick_make_event_day(date) from public;
grant execute on function bailiwick_make_event_day(date) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_merge_latencies(most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  present date := (bailiwick_now() at time zone 'UTC')::date - 1;
  part record;
  merged int := 0;
begin
  for part in
    select workspace_id, agent_id, day, case when day < present then 9 else least(level + 1, 8) end as into_level,
      case when day < present then -1 else level end as of_level
    from obs_latencies where level < 9
    group by 1, 2, 3, 4, 5
    having count(*) >= case when day < present then 2 else 64 end
    limit most
  loop
    with old as (
      select event_id from obs_latencies l
      where l.workspace_id = part.workspace_id and l.agent_id = part.agent_id and l.day = part.day
        and part.of_level in (-1, l.level)
      order by event_id limit 2000 for update skip locked
    ), gone as (
      delete from obs_latencies l using old
      where l.workspace_id = part.workspace_id and l.agent_id = part.agent_id and l.day = part.day
        and l.event_id = old.event_id
      returning l.event_id, l.latencies_ms, l.counts
    ), values_of as (
      select v.ms, sum(coalesce(v.calls, 1))::int as calls
      from gone cross join lateral unnest(gone.latencies_ms, gone.counts) as v(ms, calls) group by v.ms
    )
    insert into obs_latencies (workspace_id, agent_id, day, event_id, latencies_ms, counts, level)
    select part.workspace_id, part.agent_id, part.day, (select min(event_id::text)::uuid from gone),
      array_agg(ms order by ms), array_agg(calls order by ms), part.into_level
    from values_of having count(*) > 0;
    merged := merged + 1;
  end loop;
  return merged;
end $function$;
revoke all on function bailiwick_merge_latencies(integer) from public;
grant execute on function bailiwick_merge_latencies(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_message_work_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select workspace_id from messages where look_at <= bailiwick_now()
  union
  select workspace_id from overdue_notices
    where waiting > 0 and (told_at is null or told_at <= bailiwick_now() - interval '1 hour')
$function$;
revoke all on function bailiwick_message_work_due() from public;
grant execute on function bailiwick_message_work_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_newest_usage(the_workspace uuid)
 RETURNS bigint
 LANGUAGE sql
 STABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select greatest(
    coalesce((select f.seq from facts f where f.workspace_id = the_workspace and f.type = 'events.ingested' order by f.seq desc limit 1), 0),
    coalesce((select f.seq from facts f where f.workspace_id = the_workspace and f.type = 'run.finished' order by f.seq desc limit 1), 0))
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_note_ended()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_catalog.set_config('bailiwick.ended', pg_catalog.concat_ws(',',
    nullif(pg_catalog.current_setting('bailiwick.ended', true), ''), old.workspace_id || '/' || old.id), true);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.bailiwick_now()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select date_trunc('milliseconds',
    now() + coalesce(nullif(current_setting('bailiwick.clock_offset', true), ''), '0')::interval)
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_outbox_due()
 RETURNS TABLE(workspace uuid, target uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select t.workspace_id, t.id from outbox_targets t
  where t.pending > 0 and t.is_enabled and t.deleted_at is null and exists (
    select from outbox o where o.workspace_id = t.workspace_id and o.target_id = t.id and o.status = 'pending'
      and o.next_attempt_at <= bailiwick_now())
$function$;
revoke all on function bailiwick_outbox_due() from public;
grant execute on function bailiwick_outbox_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_outbox_facts_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select p.workspace_id from outbox_positions p
  where exists (select from outbox_targets t where t.workspace_id = p.workspace_id and t.is_enabled and t.deleted_at is null)
    and (p.epoch <> (select epoch from installation) or exists (
      select from facts f where f.workspace_id = p.workspace_id and (f.xid, f.seq) > (p.xid, p.seq)
        and f.xid < pg_snapshot_xmin(pg_current_snapshot())))
$function$;
revoke all on function bailiwick_outbox_facts_due() from public;
grant execute on function bailiwick_outbox_facts_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_price_list(known text)
 RETURNS TABLE(digest text, source text, known_since timestamp with time zone, data text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select l.digest, l.source, l.known_since, case when l.digest is distinct from known then l.data end from price_lists l
$function$;
revoke all on function bailiwick_price_list(text) from public;
grant execute on function bailiwick_price_list(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_publishing_due(days integer)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select workspace_id from audit_trees
  where size > published_size + 1 and published_at <= bailiwick_now() - make_interval(days => days)
  order by published_at limit 1000
$function$;
revoke all on function bailiwick_publishing_due(integer) from public;
grant execute on function bailiwick_publishing_due(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_publishing_slot(the_workspace uuid, at timestamp with time zone)
 RETURNS timestamp with time zone
 LANGUAGE sql
 IMMUTABLE
AS $function$
  select to_timestamp(floor((extract(epoch from at) - second) / 86400) * 86400 + second)
  from (select ('x' || substr(md5(the_workspace::text), 1, 7))::bit(28)::int % 86400 as second) s
$function$;
grant execute on function bailiwick_publishing_slot(uuid,timestamp with time zone) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_push_due()
 RETURNS TABLE(workspace uuid, agents uuid[])
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select a.workspace_id, array_agg(a.id order by a.id) from agents a
  where a.delivery = 'push' and a.status = 'active'
  group by a.workspace_id
  having exists (select from tasks t where t.workspace_id = a.workspace_id and t.status = 'queued'
    and t.open_dependencies = 0 and t.available_at <= bailiwick_now())
$function$;
revoke all on function bailiwick_push_due() from public;
grant execute on function bailiwick_push_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_refuse()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'A caller of this group may not do what it asks for.' using errcode = 'BW001';
end
$function$;
grant execute on function bailiwick_refuse() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception '% of % is refused: it is append-only', tg_op, tg_table_name using errcode = 'insufficient_privilege';
end
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_release_reservation()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  noted text[] := string_to_array(current_setting('bailiwick.ended', true), ',');
  own text := old.workspace_id || '/';
  ended uuid[];
begin
  ended := array(select split_part(n, '/', 2)::uuid from unnest(noted) with ordinality as u(n, place)
    where starts_with(n, own) order by place);
  if ended = '{}' then return null; end if;
  perform set_config('bailiwick.ended',
    array_to_string(array(select n from unnest(noted) n where not starts_with(n, own)), ','), true);
  perform from spend_caps c where c.workspace_id = old.workspace_id order by c.id for no key update;
  with gone as (
    delete from spend_reservations r where r.workspace_id = old.workspace_id and r.task_id = any(ended) returning *
  ), returned as (
    select k.id, sum(case when k.is_list then g.left_list_nanos else g.left_nanos end) as nanos
    from spend_caps k join gone g on k.agent_id is null or k.agent_id = g.agent_id
    where k.workspace_id = old.workspace_id group by k.id
  ), counted as (
    update spend_caps c set reserved_nanos = c.reserved_nanos - n.nanos from returned n
    where c.workspace_id = old.workspace_id and c.id = n.id and n.nanos <> 0
  ), latest as (
    select g.agent_id, array_agg(g.spent_nanos order by array_position(ended, g.task_id) desc) as nanos,
      array_agg(g.task_id order by array_position(ended, g.task_id) desc) as tasks
    from gone g group by g.agent_id
  ), recent as (
    select l.agent_id, (l.nanos || coalesce(h.recent_nanos, '{}'))[1:50] as nanos,
      (l.tasks || coalesce(h.recent_tasks, '{}'))[1:50] as tasks
    from latest l left join spend_habits h on h.workspace_id = old.workspace_id and h.agent_id = l.agent_id
  )
  insert into spend_habits (workspace_id, agent_id, recent_nanos, recent_tasks, usual_nanos)
  select old.workspace_id, r.agent_id, r.nanos, r.tasks,
    (select percentile_disc(0.9) within group (order by n) from unnest(r.nanos) n where n > 0)
  from recent r
  on conflict (workspace_id, agent_id) do update set recent_nanos = excluded.recent_nanos,
    recent_tasks = excluded.recent_tasks, usual_nanos = coalesce(spend_habits.default_nanos, excluded.usual_nanos);
  return null;
end $function$;

CREATE OR REPLACE FUNCTION public.bailiwick_require_alone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  -- Outside the server's transactions no workspace is set: an operator at the database knows what they do.
  if bailiwick_workspace() is not null and current_setting('bailiwick.powers', true) is distinct from 'alone' then
    raise exception 'powers change only in a command that says changesCredentials';
  end if;
  return new;
end
$function$;

CREATE OR REPLACE FUNCTION public.bailiwick_retention_due()
 RETURNS SETOF uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into obs_retention (workspace_id)
  select w.workspace_id from workspaces w
  where (exists (select from obs_counters c where c.workspace_id = w.workspace_id and c.grain = 'day')
      or exists (select from obs_outcomes o where o.workspace_id = w.workspace_id))
    and not exists (select from obs_retention r where r.workspace_id = w.workspace_id)
  order by 1
  on conflict do nothing;
  return query select workspace_id from obs_retention
    where swept_at is null or swept_at < bailiwick_now() - interval '55 minutes' order by swept_at nulls first;
end $function$;
revoke all on function bailiwick_retention_due() from public;
grant execute on function bailiwick_retention_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_risk_turns_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select d.id from bailiwick_risk_work_due() as d(id) left join risk_turns t on t.workspace_id = d.id
  order by t.began_at nulls first, d.id
$function$;
revoke all on function bailiwick_risk_turns_due() from public;
grant execute on function bailiwick_risk_turns_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_risk_work_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct p.workspace_id from risk_policies p
  where p.is_enabled and p.policy_type in ('error_rate_cap', 'token_rate_cap')
    and (p.fired_at is null or p.fired_at + make_interval(mins => p.cooldown_minutes) <= bailiwick_now())
    and exists (select from obs_counters c where c.workspace_id = p.workspace_id and c.grain = 'minute'
      and (p.agent_id is null or c.agent_id = p.agent_id)
      and c.at > bailiwick_now() - make_interval(mins => p.window_minutes))
$function$;
revoke all on function bailiwick_risk_work_due() from public;
grant execute on function bailiwick_risk_work_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_save_witnessed(the_origin text, new_size bigint, new_root bytea)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update witnessed_logs set size = new_size, root = new_root where origin = the_origin and size <= new_size
$function$;
revoke all on function bailiwick_save_witnessed(text,bigint,bytea) from public;
grant execute on function bailiwick_save_witnessed(text,bigint,bytea) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_sealing_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select w.workspace_id from workspaces w left join audit_trees t on t.workspace_id = w.workspace_id
  where t.workspace_id is null or t.epoch <> (select epoch from installation) or exists (
    select from facts f where f.workspace_id = w.workspace_id and (f.xid, f.seq) > (t.xid, t.seq)
      and f.xid < pg_snapshot_xmin(pg_current_snapshot()))
$function$;
revoke all on function bailiwick_sealing_due() from public;
grant execute on function bailiwick_sealing_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_social_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct workspace_id from social_accounts where sync_due_at <= bailiwick_now() and state <> 'key_dead'
$function$;
revoke all on function bailiwick_social_due() from public;
grant execute on function bailiwick_social_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_stops_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select distinct s.workspace_id from stops s
  where s.ended_at is null and s.confirmed_at is null and 'running' = any(s.in_force)
    and not exists (select from stop_tasks t
      where t.workspace_id = s.workspace_id and t.stop_id = s.id and t.confirmed_at is null)
$function$;
revoke all on function bailiwick_stops_due() from public;
grant execute on function bailiwick_stops_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_take_risk_turn(the_workspace uuid)
 RETURNS boolean
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with taken as (
    insert into risk_turns as t (workspace_id, began_at) values (the_workspace, bailiwick_now())
    on conflict (workspace_id) do update set began_at = excluded.began_at, ended_at = null
    where t.began_at is null
      or t.began_at < bailiwick_now() - case when t.ended_at is null then interval '60 seconds' else interval '20 seconds' end
    returning 1
  )
  select exists (select from taken)
$function$;
revoke all on function bailiwick_take_risk_turn(uuid) from public;
grant execute on function bailiwick_take_risk_turn(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_task_times_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with recursive timed(w) as (
    (select workspace_id from tasks where due_at is not null and overdue_at is null
      and status in ('queued', 'running', 'blocked') order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.due_at is not null and t.overdue_at is null
      and t.status in ('queued', 'running', 'blocked') and t.workspace_id > d.w order by t.workspace_id limit 1)
      from timed d where d.w is not null
  ), guarded(w) as (
    (select workspace_id from tasks where blocked_by = 'guard' order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.blocked_by = 'guard' and t.workspace_id > g.w
      order by t.workspace_id limit 1) from guarded g where g.w is not null
  ), kept(w) as (
    (select workspace_id from tasks where status = 'queued' and pool_id <> assigned_to_agent_id
      order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.status = 'queued' and t.pool_id <> t.assigned_to_agent_id
      and t.workspace_id > k.w order by t.workspace_id limit 1) from kept k where k.w is not null
  )
  select w from timed where exists (select from tasks t where t.workspace_id = w and t.due_at <= bailiwick_now()
    and t.overdue_at is null and t.status in ('queued', 'running', 'blocked'))
  union
  select w from guarded where w is not null
  union
  select w from kept where exists (select from tasks t where t.workspace_id = w and t.status = 'queued'
    and t.pool_id <> t.assigned_to_agent_id and t.available_at <= bailiwick_now() - interval '2 minutes')
$function$;
revoke all on function bailiwick_task_times_due() from public;
grant execute on function bailiwick_task_times_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_task_work_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with recursive leased(w) as (
    (select workspace_id from tasks where lease_expires_at is not null order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.lease_expires_at is not null and t.workspace_id > l.w
      order by t.workspace_id limit 1) from leased l where l.w is not null
  ), escalating(w) as (
    (select workspace_id from tasks where escalates_at is not null and status = 'queued' order by workspace_id limit 1)
    union all
    select (select t.workspace_id from tasks t where t.escalates_at is not null and t.status = 'queued'
      and t.workspace_id > e.w order by t.workspace_id limit 1) from escalating e where e.w is not null
  ), ending(w) as (
    (select workspace_id from task_endings order by workspace_id limit 1)
    union all
    select (select t.workspace_id from task_endings t where t.workspace_id > e.w order by t.workspace_id limit 1)
      from ending e where e.w is not null
  )
  select w from leased where exists (select from tasks t where t.workspace_id = w
    and t.lease_expires_at <= bailiwick_now())
  union
  select w from escalating where exists (select from tasks t where t.workspace_id = w
    and t.escalates_at <= bailiwick_now() and t.status = 'queued')
  union
  select w from ending where w is not null
$function$;
revoke all on function bailiwick_task_work_due() from public;
grant execute on function bailiwick_task_work_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_teach_planner()
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  nowhere constant uuid := '00000000-0000-0000-0000-000000000000';
begin
  -- Tables with rows are analyzed by autovacuum.
  if exists (select from tasks) then return; end if;
  insert into workspaces (workspace_id, name) values (nowhere, 'Statistics');
  insert into agents (workspace_id, id, name, description, avatar_emoji, agent_type, is_default, is_featured, llm_config,
    identity_config, moltbook_config, auth_config, revision, created_at, updated_at)
  select nowhere, gen_random_uuid(), 'Statistics', '', '-', 'direct', false, false, '{}', '{}', '{}', '{}', 1,
    bailiwick_now() + n * interval '1 second', bailiwick_now() from generate_series(1, 200) n;
  insert into gates (workspace_id, agent_id, status)
  select workspace_id, id, 'active' from agents where workspace_id = nowhere;
  insert into tasks (workspace_id, id, title, assigned_to_agent_id, root_task_id, depth)
  select workspace_id, id, 'Statistics', id, id, 0 from agents where workspace_id = nowhere;
  analyze agents;
  analyze gates;
  analyze tasks;
  delete from tasks where workspace_id = nowhere;
  delete from gates where workspace_id = nowhere;
  delete from agents where workspace_id = nowhere;
  delete from workspaces where workspace_id = nowhere;
end $function$;

CREATE OR REPLACE FUNCTION public.bailiwick_trim_payloads(first date, most integer, OUT before date, OUT facts integer, OUT bytes bigint, OUT is_done boolean)
 RETURNS SETOF record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
 SET enable_seqscan TO 'off'
 SET enable_bitmapscan TO 'off'
 SET enable_hashjoin TO 'off'
 SET enable_mergejoin TO 'off'
AS $function$
declare
  ws uuid := bailiwick_workspace();
  start timestamptz;
  from_leaf bigint;
  looked int;
  next_leaf bigint;
begin
  if most < 1 then raise 'The number of leaves must be positive.'; end if;
  insert into audit_trimming (workspace_id) values (ws) on conflict do nothing;
  select d.leaf into from_leaf from audit_trimming d
  where d.workspace_id = ws and (d.swept_at is null or d.swept_at < bailiwick_now() - interval '55 minutes')
  for update skip locked;
  if not found then return; end if;
  -- Who raises the floor waits for this transaction, or it sees the new floor.
  perform from obs_retention r where r.workspace_id = ws for share;
  before := least(first, (bailiwick_now() at time zone 'UTC')::date
    - greatest(7, coalesce((select r.floor_days from obs_retention r where r.workspace_id = ws), 0)));
  start := before::timestamp at time zone 'UTC';

  with page as (
    select l.leaf, l.fact_id, f.type, f.created_at from audit_leaves l
    join public.facts f on f.workspace_id = ws and f.seq = l.seq
    where l.workspace_id = ws and l.leaf >= from_leaf order by l.leaf limit most
  ), old as (
    select * from page p where p.leaf < coalesce((select min(young.leaf) from page young where young.created_at >= start), p.leaf + 1)
  ), gone as (
    delete from fact_payloads p using old where old.type <> 'task.late_result' and p.workspace_id = ws
      and p.fact_id = old.fact_id
    returning pg_column_size(p.payload) as size
  )
  select (select count(*) from old), (select max(leaf) + 1 from old), (select count(*) from gone),
    (select coalesce(sum(size), 0) from gone)
  into looked, next_leaf, facts, bytes;
  is_done := looked < most;
  update audit_trimming d set leaf = coalesce(next_leaf, from_leaf),
    swept_at = case when is_done then bailiwick_now() else d.swept_at end
  where d.workspace_id = ws;
  return next;
end $function$;
revoke all on function bailiwick_trim_payloads(date,integer) from public;
grant execute on function bailiwick_trim_payloads(date,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_trimming_due()
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select t.workspace_id from audit_trees t left join audit_trimming d on d.workspace_id = t.workspace_id
  where t.size > coalesce(d.leaf, 0) and (d.swept_at is null or d.swept_at < bailiwick_now() - interval '55 minutes')
  order by d.swept_at nulls first
$function$;
revoke all on function bailiwick_trimming_due() from public;
grant execute on function bailiwick_trimming_due() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_withdraw_fact(the_subject uuid, the_fact uuid, mark jsonb, cut text[], OUT bytes integer, OUT sha256 text)
 RETURNS SETOF record
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  own uuid := bailiwick_workspace();
  was text;
begin
  select bailiwick_fact_text(own, f.id, f.data) into was from facts f
    where f.workspace_id = own and f.subject_id = the_subject and f.id = the_fact and f.redaction_id is null;
  if was is null or cut is not null and coalesce(jsonb_strip_nulls(was::jsonb) ?| cut, false) is false then
    return;
  end if;
  bytes := octet_length(was);
  sha256 := encode(pg_catalog.sha256(convert_to(was, 'UTF8')), 'hex');
  update facts f set redaction_id = (mark ->> 'redaction_id')::uuid, data = (case when cut is null then '{}' else was::jsonb - cut end)
    || jsonb_build_object('redacted', mark || jsonb_build_object('bytes', bytes, 'sha256', sha256))
  where f.workspace_id = own and f.subject_id = the_subject and f.id = the_fact;
  delete from fact_payloads p where p.workspace_id = own and p.fact_id = the_fact;
  return next;
end
$function$;
revoke all on function bailiwick_withdraw_fact(uuid,uuid,jsonb,text[]) from public;
grant execute on function bailiwick_withdraw_fact(uuid,uuid,jsonb,text[]) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_witnessing_due(names text[])
 RETURNS TABLE(workspace_id uuid, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select t.workspace_id, n.name
  from audit_trees t cross join unnest(names) n(name)
    left join audit_witnesses w on w.workspace_id = t.workspace_id and w.name = n.name
  where t.size <> coalesce(w.size, 0) and coalesce(w.next_at <= bailiwick_now(), true)
  order by w.next_at nulls first limit 100
$function$;
revoke all on function bailiwick_witnessing_due(text[]) from public;
grant execute on function bailiwick_witnessing_due(text[]) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.bailiwick_workspace()
 RETURNS uuid
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select nullif(current_setting('bailiwick.workspace', true), '')::uuid
$function$;

CREATE OR REPLACE FUNCTION public.bare_words(content text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select regexp_replace(content, '[^[:alnum:]]+', ' ', 'g')
$function$;

CREATE OR REPLACE FUNCTION public.caller_network(ip text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select coalesce(host(network(set_masklen(a, case family(a) when 6 then 64 else 32 end))), 'here')
  from (select nullif(regexp_replace(regexp_replace(ip, '^::ffff:([0-9.]+)$', '\1', 'i'), '%.*$', ''), '')::inet as a)
    as address
$function$;

CREATE OR REPLACE FUNCTION public.can_pay(budget_left bigint, cost bigint)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select budget_left is null or budget_left > 0 and coalesce(cost, 0) <= budget_left
$function$;

CREATE OR REPLACE FUNCTION public.cap_is_unpriced(cap spend_caps, at timestamp with time zone)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select cap.blocks_unpriced and cap.unpriced_events > 0 and cap.day >= (at at time zone 'UTC')::date
$function$;

CREATE OR REPLACE FUNCTION public.cap_left(cap spend_caps, at timestamp with time zone)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when cap_is_unpriced(cap, at) then -1 else cap_limit(cap, at) - cap_used(cap, at) - cap.reserved_nanos end
$function$;

CREATE OR REPLACE FUNCTION public.cap_limit(cap spend_caps, at timestamp with time zone)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select cap.cap_nanos + case when cap.top_up_until > at then cap.top_up_nanos else 0 end
$function$;

CREATE OR REPLACE FUNCTION public.cap_used(cap spend_caps, at timestamp with time zone)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case when cap.day >= (at at time zone 'UTC')::date then cap.used_nanos else 0 end
$function$;

CREATE OR REPLACE FUNCTION public.caps_left(the_workspace uuid, the_agent uuid, at timestamp with time zone)
 RETURNS numeric
 LANGUAGE sql
 STABLE PARALLEL SAFE
AS $function$
  select min(cap_left(c, at)) from spend_caps c
  where c.workspace_id = the_workspace and c.is_binding and (c.agent_id is null or c.agent_id = the_agent)
$function$;

CREATE OR REPLACE FUNCTION public.close_session(the_hash text)
 RETURNS TABLE(id uuid, user_id uuid, workspace_id uuid)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update sessions s set revoked_at = bailiwick_now()
  where s.token_hash = the_hash and s.revoked_at is null and s.expires_at > bailiwick_now()
  returning s.id, s.user_id, own_workspace(s.user_id)
$function$;
revoke all on function close_session(text) from public;
grant execute on function close_session(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.count_owned(the_user uuid)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select from users where id = the_user for no key update;
  select count(*)::int from members where user_id = the_user and role = 'owner' and ended_at is null
$function$;
revoke all on function count_owned(uuid) from public;
grant execute on function count_owned(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.create_workspace(the_user uuid, new_workspace uuid, the_name text, max_owned integer)
 RETURNS text
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select from users where id = the_user for no key update;
  select add_workspace(the_user, new_workspace, the_name, coalesce(
      (select w.tier_name from installation i join workspaces w on w.workspace_id = own_workspace(i.owner_user_id)
        where i.owner_user_id = the_user), 'free'))
    where max_owned > (select count(*) from members where user_id = the_user and role = 'owner' and ended_at is null);
  select tier_name from workspaces where workspace_id = new_workspace
$function$;
revoke all on function create_workspace(uuid,uuid,text,integer) from public;
grant execute on function create_workspace(uuid,uuid,text,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.decide_device_code(the_id uuid, decision text, workspace uuid, person uuid, the_agent uuid)
 RETURNS boolean
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  update device_codes set status = decision, decided_workspace_id = workspace, decided_by_user_id = person,
      agent_id = the_agent
    where id = the_id and status = 'waiting' and decision in ('approved', 'denied');
  return found;
end
$function$;
revoke all on function decide_device_code(uuid,text,uuid,uuid,uuid) from public;
grant execute on function decide_device_code(uuid,text,uuid,uuid,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.draw_requests(the_bucket text, per_minute integer, weights integer[], spent integer, spent_slice integer)
 RETURNS TABLE(granted integer, remaining integer, wait_ms integer, lasts_ms integer, slice integer)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  token constant bigint := 60000;
  capacity constant bigint := per_minute * token;
  moment timestamptz := bailiwick_now();
  ends timestamptz;
  held record;
  fits int;
  served int;
  needed bigint;
  usable bigint;
begin
  insert into request_allowances as a (bucket, tokens, lent, refilled_at) values (the_bucket, capacity, 0, moment)
    on conflict (bucket) do update set bucket = a.bucket returning a.tokens, a.lent, a.refilled_at into held;
  -- Transactions may begin in another order than they get the row; a clock that was set back is believed.
  if held.refilled_at > moment + interval '1 minute' then held.refilled_at := moment; end if;
  moment := greatest(moment, held.refilled_at);
  ends := date_bin('10 seconds', held.refilled_at, 'epoch') + interval '10 seconds';
  held.tokens := least(greatest(0, capacity - held.lent), held.tokens
    + per_minute * (extract(epoch from least(ends, moment) - held.refilled_at) * 1000)::bigint);
  if moment >= ends then
    held.lent := 0;
    held.tokens := least(capacity, held.tokens + per_minute * (extract(epoch from moment - ends) * 1000)::bigint);
    ends := date_bin('10 seconds', moment, 'epoch') + interval '10 seconds';
  end if;
  slice := extract(epoch from ends)::bigint / 10;
  if spent_slice = slice then held.lent := greatest(0, held.lent - spent * token); end if;
  select coalesce(max(w.total), 0), count(*) into fits, served
    from (select sum(u.weight) over (order by u.place) as total from unnest(weights) with ordinality as u (weight, place)) w
    where w.total <= held.tokens / token;
  granted := fits;
  if served = cardinality(weights) then granted := greatest(fits, held.tokens / token / 10); end if;
  held.tokens := held.tokens - granted * token;
  held.lent := held.lent + (granted - fits) * token;
  update request_allowances set tokens = held.tokens, lent = held.lent, refilled_at = moment where bucket = the_bucket;
  remaining := held.tokens / token;
  lasts_ms := extract(epoch from ends - moment) * 1000;
  needed := coalesce(weights[served + 1], 1) * token;
  wait_ms := greatest(0, (needed - held.tokens + per_minute - 1) / per_minute);
  -- What servers hold comes back to the bucket only where the slice ends.
  usable := greatest(0, capacity - held.lent);
  if needed > usable then
    wait_ms := greatest(wait_ms, lasts_ms + (needed - usable + per_minute - 1) / per_minute);
  end if;
  return next;
end
$function$;
revoke all on function draw_requests(text,integer,integer[],integer,integer) from public;
grant execute on function draw_requests(text,integer,integer[],integer,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.ensure_owner(owner_email text, new_user uuid, new_workspace uuid)
 RETURNS uuid
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare person uuid := ensure_person(owner_email, new_user, new_workspace, 'agency');
begin
  update installation set owner_user_id = person, owner_signed_in_at = null where owner_user_id is distinct from person;
  return person;
end
$function$;
revoke all on function ensure_owner(text,uuid,uuid) from public;
grant execute on function ensure_owner(text,uuid,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.ensure_person(the_email text, new_user uuid, new_workspace uuid, the_tier text)
 RETURNS uuid
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare person uuid;
begin
  insert into users (id, email) values (new_user, the_email) on conflict (email) do nothing;
  -- Whoever signs in with the same address at the same time waits here, so there is one workspace.
  select id into person from users where email = the_email for no key update;
  perform add_workspace(person, new_workspace, left(split_part(the_email, '@', 1), 100), the_tier)
    where own_workspace(person) is null;
  return person;
end
$function$;
revoke all on function ensure_person(text,uuid,uuid,text) from public;

CREATE OR REPLACE FUNCTION public.estimate_source(task tasks, default_cost numeric, usual numeric)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when task.budget_nanos < greatest(coalesce(task.estimated_cost_nanos, usual, 0),
      case when task.created_by_agent_id is not null then usual end) then 'budget'
    when task.estimated_cost_nanos is not null
      and (task.created_by_agent_id is null or usual is null or usual <= task.estimated_cost_nanos) then 'task'
    when default_cost is not null then 'agent'
    when usual is not null then 'attempts'
    else 'none'
  end
$function$;

CREATE OR REPLACE FUNCTION public.find_key(the_hash text)
 RETURNS TABLE(workspace_id uuid, id uuid, kind text, agent_id uuid, scopes text[], expires_at timestamp with time zone, last_used_at timestamp with time zone, responsible_role text, is_stopped boolean)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select k.workspace_id, k.id, k.kind, k.agent_id, k.scopes,
    case when k.key_hash = the_hash then k.expires_at else k.previous_expires_at end, k.last_used_at, m.role,
    k.stop_id is not null
  from api_keys k
    join members m on m.workspace_id = k.workspace_id and m.user_id = k.responsible_user_id and m.ended_at is null
  where k.revoked_at is null
    and (k.key_hash = the_hash and (k.expires_at is null or k.expires_at > bailiwick_now())
      or k.previous_hash = the_hash and k.previous_expires_at > bailiwick_now())
$function$;
revoke all on function find_key(text) from public;
grant execute on function find_key(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.find_lease_holder(the_workspace uuid, the_task uuid, the_fence integer)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select a.id from tasks t
    join agents a on a.workspace_id = t.workspace_id and a.id = t.assigned_to_agent_id
  where t.workspace_id = the_workspace and t.id = the_task and t.fence = the_fence and t.status = 'running'
    and t.lease_expires_at > bailiwick_now() and t.stop_fence is distinct from t.fence
    and a.status = 'active' and a.delivery = 'push'
    and not exists (select from stops s
      where s.workspace_id = t.workspace_id and s.ended_at is null and 'keys' = any(s.in_force)
        and (s.scope = 'workspace' or s.scope = 'agent' and s.agent_id = a.id))
$function$;
revoke all on function find_lease_holder(uuid,uuid,integer) from public;
grant execute on function find_lease_holder(uuid,uuid,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.find_person(the_user uuid)
 RETURNS TABLE(id uuid, email text, name text)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select u.id, u.email, u.name from users u where u.id = the_user
$function$;
revoke all on function find_person(uuid) from public;
grant execute on function find_person(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.find_session(the_hash text, chosen uuid)
 RETURNS TABLE(user_id uuid, session_id uuid, workspace_id uuid, role text, expires_at timestamp with time zone)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare held record;
begin
  select s.id, s.user_id, s.last_seen_at, s.expires_at into held from sessions s
    where s.token_hash = the_hash and s.revoked_at is null and s.expires_at > bailiwick_now();
  if not found then return; end if;
  if held.last_seen_at < bailiwick_now() - interval '1 minute' then
    update sessions s set last_seen_at = bailiwick_now(), expires_at = bailiwick_now() + s.kept_for
      where s.id = held.id and s.revoked_at is null and s.last_seen_at = held.last_seen_at;
  end if;
  return query select held.user_id, held.id, m.workspace_id, m.role, held.expires_at
    from (select coalesce(chosen, own_workspace(held.user_id)) as id) as asked
    left join members m on m.workspace_id = asked.id and m.user_id = held.user_id and m.ended_at is null;
end
$function$;
revoke all on function find_session(text,uuid) from public;
grant execute on function find_session(text,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.forget_attachment_contents(max_rows integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with unused as materialized (
    select c.workspace_id, c.id from attachment_contents c
    where c.touched_at < bailiwick_now() - interval '1 hour'
      and not exists (select from attachments a where a.workspace_id = c.workspace_id and a.content_id = c.id)
    order by c.touched_at limit max_rows for update skip locked
  ), gone as (
    delete from attachment_contents c using unused u where c.workspace_id = u.workspace_id and c.id = u.id returning 1
  )
  select count(*)::int from gone
$function$;
revoke all on function forget_attachment_contents(integer) from public;
grant execute on function forget_attachment_contents(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.forget_device_codes(max_rows integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with gone as (delete from device_codes where id in (select d.id from device_codes d
      where d.expires_at < bailiwick_now() order by d.expires_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$function$;
revoke all on function forget_device_codes(integer) from public;
grant execute on function forget_device_codes(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.forget_request_buckets(max_rows integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with gone as (delete from request_buckets where bucket in (select b.bucket from request_buckets b
      where b.empty_at < bailiwick_now() order by b.empty_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$function$;
revoke all on function forget_request_buckets(integer) from public;
grant execute on function forget_request_buckets(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.forget_sessions(max_rows integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with gone as (delete from sessions where id in (select s.id from sessions s
      where least(s.expires_at, s.revoked_at) < bailiwick_now() - interval '30 days'
      order by least(s.expires_at, s.revoked_at) limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$function$;
revoke all on function forget_sessions(integer) from public;
grant execute on function forget_sessions(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.forget_sign_in_links(max_rows integer)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with gone as (delete from sign_in_links where token_hash in (select l.token_hash from sign_in_links l
      where l.expires_at < bailiwick_now() - interval '1 day'
      order by l.expires_at limit max_rows for update skip locked) returning 1)
  select count(*)::int from gone
$function$;
revoke all on function forget_sign_in_links(integer) from public;
grant execute on function forget_sign_in_links(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.gate_model(gate gates, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(gate.allowed_model, case when gate.parked_until > at then gate.parked_model end)
$function$;

CREATE OR REPLACE FUNCTION public.gate_refusal(gate gates, at timestamp with time zone, starts integer DEFAULT 1)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select case
    when gate.status = 'paused' then 'agent_paused'
    when gate.status <> 'active' then 'agent_archived'
    when gate.stop_id is not null then 'stopped'
    when gate.parked_until > at and gate.parked_model is null then gate.parked_code
    when gate.running + starts > gate.running_max then 'at_limit'
    when gate.throttle_per_minute is not null and gate_tokens(gate, at) < starts then 'throttled'
  end
$function$;

CREATE OR REPLACE FUNCTION public.gate_tokens(gate gates, at timestamp with time zone)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select least(gate.throttle_per_minute, gate.throttle_tokens
    + gate.throttle_per_minute * greatest(0, extract(epoch from at - gate.throttle_at)) / 60)
$function$;

CREATE OR REPLACE FUNCTION public.has_owner_signed_in(owner_email text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from installation i join users u on u.id = i.owner_user_id
    where u.email = owner_email and i.owner_signed_in_at is not null)
$function$;
revoke all on function has_owner_signed_in(text) from public;
grant execute on function has_owner_signed_in(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.is_among_agents(the_email text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from users u join members m on m.user_id = u.id and m.ended_at is null
    join api_keys k on k.workspace_id = m.workspace_id
    where u.email = the_email and k.revoked_at is null and (k.expires_at is null or k.expires_at > bailiwick_now()))
$function$;
revoke all on function is_among_agents(text) from public;
grant execute on function is_among_agents(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.is_member_address(the_workspace uuid, the_email text)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from members m join users u on u.id = m.user_id
    where m.workspace_id = the_workspace and m.ended_at is null and u.email = the_email)
$function$;
revoke all on function is_member_address(uuid,text) from public;
grant execute on function is_member_address(uuid,text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.is_session_open(the_session uuid)
 RETURNS boolean
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select exists (select from sessions s
    where s.id = the_session and s.revoked_at is null and s.expires_at > bailiwick_now())
$function$;
revoke all on function is_session_open(uuid) from public;
grant execute on function is_session_open(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.issue_device_code(new_id uuid, the_device_hash text, the_user_hash text, the_client text, the_agent text, the_ip text, kept_for interval, most integer)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  perform pg_advisory_xact_lock(hashtextextended('device codes', 9));
  if (select count(*) from device_codes where expires_at > bailiwick_now()) >= most then return 'full'; end if;
  insert into device_codes (id, device_hash, user_hash, client_name, agent_name, ip, expires_at)
    values (new_id, the_device_hash, the_user_hash, the_client, the_agent, the_ip, bailiwick_now() + kept_for)
    on conflict (user_hash) do nothing;
  return case when found then 'stored' else 'taken' end;
end
$function$;
revoke all on function issue_device_code(uuid,text,text,text,text,text,interval,integer) from public;
grant execute on function issue_device_code(uuid,text,text,text,text,text,interval,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.issue_sign_in_link(the_email text, the_hash text, kept_for interval, kept integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  perform lock_sign_in(the_email);
  insert into sign_in_links (email, number, token_hash, expires_at)
    select the_email, 1 + coalesce(max(number), 0), the_hash, bailiwick_now() + kept_for
    from sign_in_links where email = the_email;
  if kept is not null then
    delete from sign_in_links where email = the_email and number in
      (select number from sign_in_links where email = the_email order by number desc offset kept);
  end if;
end
$function$;
revoke all on function issue_sign_in_link(text,text,interval,integer) from public;
grant execute on function issue_sign_in_link(text,text,interval,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.list_all_workspaces(after_id uuid, max_rows integer)
 RETURNS TABLE(id uuid, name text, tier_name text, owner_email text, members integer, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select w.workspace_id, w.name, w.tier_name, u.email,
    (select count(*)::int from members c where c.workspace_id = w.workspace_id and c.ended_at is null), w.created_at
  from workspaces w
    left join members m on m.workspace_id = w.workspace_id and m.role = 'owner' and m.ended_at is null
    left join users u on u.id = m.user_id
  where after_id is null or w.workspace_id > after_id
  order by w.workspace_id limit max_rows
$function$;
revoke all on function list_all_workspaces(uuid,integer) from public;

CREATE OR REPLACE FUNCTION public.list_members(reader uuid, the_workspace uuid, after_joined timestamp with time zone, after_id uuid, max_rows integer)
 RETURNS TABLE(user_id uuid, email text, name text, role text, joined_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select m.user_id, u.email, u.name, m.role, m.joined_at from members m join users u on u.id = m.user_id
  where m.workspace_id = the_workspace and m.ended_at is null and exists (select from members r
      where r.workspace_id = the_workspace and r.user_id = reader and r.ended_at is null)
    and (after_id is null or (m.joined_at, m.user_id) > (after_joined, after_id))
  order by m.joined_at, m.user_id limit max_rows
$function$;
revoke all on function list_members(uuid,uuid,timestamp with time zone,uuid,integer) from public;
grant execute on function list_members(uuid,uuid,timestamp with time zone,uuid,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.list_sessions(the_user uuid, before uuid, max_rows integer)
 RETURNS TABLE(id uuid, ip text, user_agent text, created_at timestamp with time zone, last_seen_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select s.id, s.ip, s.user_agent, s.created_at, s.last_seen_at, s.expires_at from sessions s
  where s.user_id = the_user and s.revoked_at is null and s.expires_at > bailiwick_now()
    and (before is null or s.id < before)
  order by s.id desc limit max_rows
$function$;
revoke all on function list_sessions(uuid,uuid,integer) from public;
grant execute on function list_sessions(uuid,uuid,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.list_workspaces(the_user uuid, after_joined timestamp with time zone, after_id uuid, max_rows integer)
 RETURNS TABLE(id uuid, name text, role text, tier_name text, joined_at timestamp with time zone, created_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select w.workspace_id, w.name, m.role, w.tier_name, m.joined_at, w.created_at
  from members m join workspaces w on w.workspace_id = m.workspace_id
  where m.user_id = the_user and m.ended_at is null
    and (after_id is null or (m.joined_at, m.workspace_id) > (after_joined, after_id))
  order by m.joined_at, m.workspace_id limit max_rows
$function$;
revoke all on function list_workspaces(uuid,timestamp with time zone,uuid,integer) from public;
grant execute on function list_workspaces(uuid,timestamp with time zone,uuid,integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.lock_device_code(the_user_hash text, workspace uuid)
 RETURNS TABLE(id uuid, client_name text, agent_name text, ip text, status text, created_at timestamp with time zone, expires_at timestamp with time zone)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select d.id, d.client_name, d.agent_name, d.ip, d.status, d.created_at, d.expires_at from device_codes d
    where d.user_hash = the_user_hash and d.expires_at > bailiwick_now()
      and (d.decided_workspace_id is null or d.decided_workspace_id = workspace)
    for update
$function$;
revoke all on function lock_device_code(text,uuid) from public;
grant execute on function lock_device_code(text,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.lock_person(the_user uuid)
 RETURNS TABLE(id uuid, email text, name text)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select u.id, u.email, u.name from users u where u.id = the_user for no key update
$function$;
revoke all on function lock_person(uuid) from public;
grant execute on function lock_person(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.lock_sign_in(the_email text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select pg_advisory_xact_lock(hashtextextended(the_email, 9))
$function$;
revoke all on function lock_sign_in(text) from public;

CREATE OR REPLACE FUNCTION public.message_words(the_workspace uuid, content text)
 RETURNS tsvector
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select strip(to_tsvector('simple', public.bare_words(left(content, 16384)))) || array_to_tsvector(array[the_workspace::text])
$function$;

CREATE OR REPLACE FUNCTION public.open_owner_session(owner_email text, new_user uuid, new_workspace uuid, new_session uuid, session_hash text, kept_for interval)
 RETURNS uuid
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select ensure_owner(owner_email, new_user, new_workspace) from installation where owner_user_id is null;
  select open_session(owner_user_id, new_session, session_hash, kept_for, 'local', 'bailiwick') from installation;
  select own_workspace(owner_user_id) from installation
$function$;
revoke all on function open_owner_session(text,uuid,uuid,uuid,text,interval) from public;
grant execute on function open_owner_session(text,uuid,uuid,uuid,text,interval) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.open_session(the_user uuid, new_session uuid, the_hash text, the_time interval, the_ip text, agent text)
 RETURNS void
 LANGUAGE sql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  insert into sessions (id, user_id, token_hash, kept_for, ip, user_agent, expires_at)
    values (new_session, the_user, the_hash, the_time, the_ip, agent, bailiwick_now() + the_time)
$function$;
revoke all on function open_session(uuid,uuid,text,interval,text,text) from public;

CREATE OR REPLACE FUNCTION public.own_workspace(the_user uuid)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select workspace_id from members where user_id = the_user and role = 'owner' and ended_at is null
  order by joined_at, workspace_id limit 1
$function$;
revoke all on function own_workspace(uuid) from public;
grant execute on function own_workspace(uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.poll_device_code(the_device_hash text, pace interval)
 RETURNS TABLE(id uuid, client_name text, status text, workspace_id uuid, person_id uuid, agent_id uuid, is_early boolean)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  entered uuid;
  found_row device_codes;
begin
  select d.decided_workspace_id into entered from device_codes d where d.device_hash = the_device_hash;
  if entered is not null then perform pg_advisory_xact_lock_shared(hashtextextended(entered::text, 9)); end if;
  select d.* into found_row from device_codes d
    where d.device_hash = the_device_hash and d.expires_at > bailiwick_now() for update;
  if not found then return; end if;
  update device_codes d set polled_at = bailiwick_now() where d.id = found_row.id;
  return query select found_row.id, found_row.client_name,
    case when found_row.status = 'approved' and entered is null then 'waiting' else found_row.status end,
    found_row.decided_workspace_id, found_row.decided_by_user_id, found_row.agent_id,
    coalesce(found_row.polled_at > bailiwick_now() - pace and found_row.polled_at <= bailiwick_now(), false);
end
$function$;
revoke all on function poll_device_code(text,interval) from public;
grant execute on function poll_device_code(text,interval) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.preview_invitation(the_hash text)
 RETURNS TABLE(workspace_name text, role text, inviter_name text, inviter_email text, expires_at timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select w.name, i.role, u.name, u.email, i.expires_at from invitations i
  join workspaces w on w.workspace_id = i.workspace_id
  join users u on u.id = i.invited_by_user_id
  where i.token_hash = the_hash and i.status = 'open' and i.expires_at > bailiwick_now()
$function$;
revoke all on function preview_invitation(text) from public;
grant execute on function preview_invitation(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.read_work()
 RETURNS TABLE(queued bigint, running bigint, blocked bigint, oldest_queued_seconds bigint, replies_overdue bigint, agents_online bigint)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  select greatest(0, o.open - t.running - t.blocked), t.running, t.blocked, t.waited, m.overdue, a.online
  from
    (select coalesce(sum(case side when 'made' then tasks else -tasks end), 0)::bigint as open
     from open_tasks where scope_id = workspace_id) o,
    (select coalesce(sum(r.tasks), 0)::bigint as running, coalesce(sum(b.tasks), 0)::bigint as blocked,
       coalesce(extract(epoch from bailiwick_now() - min(q.created_at)), 0)::bigint as waited
     from workspaces w
     cross join lateral (select count(*) as tasks from tasks
       where workspace_id = w.workspace_id and status = 'running') r
     cross join lateral (select count(*) as tasks from tasks
       where workspace_id = w.workspace_id and status = 'blocked') b
     left join lateral (select created_at from tasks
       where workspace_id = w.workspace_id and status = 'queued' order by id limit 1) q on true) t,
    (select count(*) as overdue from messages
     where reply_by is not null and replied_at is null and reply_by < bailiwick_now()) m,
    (select count(*) as online from agent_presence p
     left join gates g on g.workspace_id = p.workspace_id and g.agent_id = p.agent_id
     where p.last_seen_at > bailiwick_now() - interval '2 minutes'
       and (p.last_seen_at > bailiwick_now() - interval '30 seconds' or g.lease_lost_at is null
         or g.lease_lost_at <= p.last_seen_at)) a
$function$;
revoke all on function read_work() from public;
grant execute on function read_work() to bailiwick_app;

CREATE OR REPLACE FUNCTION public.rename_person(old_email text, new_email text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update users set email = new_email
    where email = old_email and not exists (select from users u where u.email = new_email)
$function$;
revoke all on function rename_person(text,text) from public;
grant execute on function rename_person(text,text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.require_sealing_key()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  current text;
begin
  select split_part(sealed_fingerprint_key, '.', 2) into current from installation;
  if current <> '' and split_part(to_jsonb(new)->>coalesce(tg_argv[0], 'sealed'), '.', 2) <> current then
    raise exception 'A value was sealed with another master key than %.', current using errcode = 'BW002';
  end if;
  return new;
end $function$;
revoke all on function require_sealing_key() from public;

CREATE OR REPLACE FUNCTION public.revoke_other_sessions(the_user uuid, kept uuid)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare ended int;
begin
  perform from users where id = the_user for no key update;
  if kept is not null and not exists (select from sessions
      where id = kept and user_id = the_user and revoked_at is null and expires_at > bailiwick_now()) then
    return null;
  end if;
  update sessions set revoked_at = bailiwick_now()
    where user_id = the_user and id is distinct from kept and revoked_at is null and expires_at > bailiwick_now();
  get diagnostics ended = row_count;
  return ended;
end
$function$;
revoke all on function revoke_other_sessions(uuid,uuid) from public;
grant execute on function revoke_other_sessions(uuid,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.revoke_session(the_user uuid, the_session uuid)
 RETURNS TABLE(was_open boolean)
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update sessions s set revoked_at = coalesce(held.revoked_at, bailiwick_now())
  from (select id, revoked_at from sessions where id = the_session and user_id = the_user for update) as held
  where s.id = held.id returning held.revoked_at is null
$function$;
revoke all on function revoke_session(uuid,uuid) from public;
grant execute on function revoke_session(uuid,uuid) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.rotate_key(the_key uuid, new_hash text, new_prefix text, previous_ends timestamp with time zone, ends timestamp with time zone)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update api_keys set key_hash = new_hash, prefix = new_prefix, expires_at = ends,
    previous_hash = case when previous_ends is not null then key_hash end, previous_expires_at = previous_ends
  where workspace_id = bailiwick_workspace() and id = the_key and revoked_at is null
$function$;
revoke all on function rotate_key(uuid,text,text,timestamp with time zone,timestamp with time zone) from public;
grant execute on function rotate_key(uuid,text,text,timestamp with time zone,timestamp with time zone) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.save_person(the_user uuid, the_name text)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update users set name = the_name where id = the_user
$function$;
revoke all on function save_person(uuid,text) from public;
grant execute on function save_person(uuid,text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.search_messages(the_workspace uuid, the_words text, the_task uuid, the_thread uuid, the_party uuid, is_awaited boolean, ascending boolean, beyond uuid, at_most integer, reader uuid, reads_all boolean)
 RETURNS SETOF uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  with found as materialized (
    select m.id from messages m
    where message_words(m.workspace_id, m.content)
        @@ (plainto_tsquery('simple', bare_words(the_words)) && quote_literal(the_workspace::text)::tsquery)
      and m.workspace_id = the_workspace and the_workspace = bailiwick_workspace()
      and numnode(plainto_tsquery('simple', bare_words(the_words))) > 0
      and (the_task is null or m.task_id = the_task)
      and (the_thread is null or m.thread_id = the_thread)
      and (the_party is null or the_party in (m.from_agent_id, m.to_agent_id)
        or exists (select from deliveries d where d.workspace_id = the_workspace and d.owner_id = the_party
          and d.message_id = m.id))
      and (not is_awaited or m.reply_by is not null and m.replied_at is null)
      and (beyond is null or case when ascending then m.id > beyond else m.id < beyond end)
      and (reads_all or reader in (m.from_agent_id, m.from_user_id, m.to_agent_id, m.to_user_id)
        or not exists (select from threads t where t.workspace_id = m.workspace_id and t.id = m.thread_id
          and t.kind = 'direct'))
  )
  select id from found order by case when ascending then id end, id desc limit at_most
$function$;
revoke all on function search_messages(uuid,text,uuid,uuid,uuid,boolean,boolean,uuid,integer,uuid,boolean) from public;
grant execute on function search_messages(uuid,text,uuid,uuid,uuid,boolean,boolean,uuid,integer,uuid,boolean) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.sign_in(proven_email text, new_user uuid, new_workspace uuid, owner_email text, new_session uuid, session_hash text, kept_for interval, ip text, user_agent text, presented_hash text)
 RETURNS TABLE(user_id uuid, email text, name text, workspace_id uuid, workspace_name text)
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
#variable_conflict use_column
declare person uuid;
begin
  person := ensure_person(proven_email, new_user, new_workspace,
    case proven_email when owner_email then 'agency' else 'free' end);
  update installation set owner_signed_in_at = bailiwick_now()
    where owner_user_id = person and owner_signed_in_at is null;
  update sessions set revoked_at = bailiwick_now() where token_hash = presented_hash and revoked_at is null;
  perform open_session(person, new_session, session_hash, kept_for, ip, user_agent);
  return query select u.id, u.email, u.name, w.workspace_id, w.name from users u, workspaces w
    where u.id = person and w.workspace_id = own_workspace(person);
end
$function$;
revoke all on function sign_in(text,uuid,uuid,text,uuid,text,interval,text,text,text) from public;
grant execute on function sign_in(text,uuid,uuid,text,uuid,text,interval,text,text,text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.spend_sign_in_link(link_hash text)
 RETURNS text
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare proven text;
begin
  select email into proven from sign_in_links where token_hash = link_hash and expires_at > bailiwick_now();
  if not found then return null; end if;
  perform lock_sign_in(proven);
  delete from sign_in_links where token_hash = link_hash;
  if not found then return null; end if;
  delete from sign_in_links where email = proven;
  return proven;
end
$function$;
revoke all on function spend_sign_in_link(text) from public;
grant execute on function spend_sign_in_link(text) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.start_estimate(task tasks, usual numeric)
 RETURNS numeric
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select least(greatest(coalesce(task.estimated_cost_nanos, usual, 0),
    case when task.created_by_agent_id is not null then usual end), task.budget_nanos)
$function$;

CREATE OR REPLACE FUNCTION public.start_refusal(gate gates, task tasks, budget_left bigint, at timestamp with time zone)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(gate_refusal(gate, at), case
    when task.open_dependencies > 0 then 'dependencies'
    when not can_pay(budget_left, task.estimated_cost_nanos) then 'budget'
  end)
$function$;

CREATE OR REPLACE FUNCTION public.sweep_request_allowances(at_most integer)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare swept int;
begin
  delete from request_allowances where bucket in (select a.bucket from request_allowances a
    where a.refilled_at < bailiwick_now() - interval '1 hour' order by a.refilled_at limit at_most
    for update skip locked);
  get diagnostics swept = row_count;
  return swept;
end
$function$;
revoke all on function sweep_request_allowances(integer) from public;
grant execute on function sweep_request_allowances(integer) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.take_request(buckets text[], per_minute integer[], per_hour integer[])
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  moment timestamptz(3);
  frees_at timestamptz;
begin
  insert into request_buckets (bucket) select b from unnest(buckets) b order by b
    on conflict (bucket) do update set times = request_buckets.times;
  moment := clock_timestamp() + coalesce(nullif(current_setting('bailiwick.clock_offset', true), ''), '0')::interval;
  select max(greatest(
      (select t + interval '1 minute' from unnest(r.times) t where t <= moment order by t desc
        offset w.minute - 1 limit 1),
      (select t + interval '1 hour' from unnest(r.times) t where t <= moment order by t desc offset w.hour - 1 limit 1)))
    into frees_at from unnest(buckets, per_minute, per_hour) w(bucket, minute, hour)
    join request_buckets r on r.bucket = w.bucket;
  if frees_at > moment then return ceil(extract(epoch from frees_at - moment)); end if;
  update request_buckets set empty_at = moment + interval '1 hour',
    times = array(select t from unnest(times) t where t > moment - interval '1 hour' and t <= moment order by t) || moment
    where bucket = any (buckets);
  return null;
end
$function$;
revoke all on function take_request(text[],integer[],integer[]) from public;
grant execute on function take_request(text[],integer[],integer[]) to bailiwick_app;

CREATE OR REPLACE FUNCTION public.team_limits(the_workspace uuid, OUT restricts_assignment boolean, OUT create_roots boolean, OUT priority_max integer)
 RETURNS record
 LANGUAGE sql
 STABLE
AS $function$
  select coalesce(bool_or(require_supervisor_for_tasks), false), coalesce(bool_and(agents_create_roots), true),
    coalesce(max(agent_priority_max), 10)
  from team_rules where workspace_id = the_workspace
$function$;

CREATE OR REPLACE FUNCTION public.use_device_code(the_id uuid)
 RETURNS void
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
  update device_codes set status = 'used' where id = the_id and status = 'approved'
$function$;
revoke all on function use_device_code(uuid) from public;
grant execute on function use_device_code(uuid) to bailiwick_app;
