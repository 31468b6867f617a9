// Printed from the list of operations by `npm run generate`. Do not edit.

export const ACTION_DECISIONS = ["approve", "reject"] as const;
export type ActionDecision = (typeof ACTION_DECISIONS)[number];

export const ACTION_STATUSES = [
  "pending", "approved", "executing", "awaiting_verification", "in_doubt", "executed", "failed", "rejected", "expired",
  "canceled"
] as const;
export type ActionStatus = (typeof ACTION_STATUSES)[number];

export const ACTOR_KINDS = ["user", "agent", "service", "system"] as const;
export type ActorKind = (typeof ACTOR_KINDS)[number];

export const AGENT_DELIVERIES = ["pull", "push"] as const;
export type AgentDelivery = (typeof AGENT_DELIVERIES)[number];

export const AGENT_STATUSES = ["active", "paused", "archived"] as const;
export type AgentStatus = (typeof AGENT_STATUSES)[number];

export const AGENT_TYPES = ["direct", "websocket", "http_api", "marketplace"] as const;
export type AgentType = (typeof AGENT_TYPES)[number];

export const ALERT_LEVELS = ["warning", "alert"] as const;
export type AlertLevel = (typeof ALERT_LEVELS)[number];

export const ALERT_NO_DATAS = ["ignore", "fire"] as const;
export type AlertNoData = (typeof ALERT_NO_DATAS)[number];

export const ALERT_RULE_TYPES = ["cost_per_day", "error_rate", "no_heartbeat"] as const;
export type AlertRuleType = (typeof ALERT_RULE_TYPES)[number];

export const APPROVAL_MODES = ["one_time", "delegate"] as const;
export type ApprovalMode = (typeof APPROVAL_MODES)[number];

export const ATTEMPT_ENDS = ["executed", "failed", "again", "in_doubt", "awaiting_verification", "lost"] as const;
export type AttemptEnd = (typeof ATTEMPT_ENDS)[number];

export const BECAUSES = [
  "key", "agent", "status", "task", "policy", "change", "request", "approval", "grant", "grant_use", "grant_end"
] as const;
export type Because = (typeof BECAUSES)[number];

export const BILLING_MODES = ["metered", "subscription", "included", "local"] as const;
export type BillingMode = (typeof BILLING_MODES)[number];

export const BREAKER_TYPES = ["repeated_tool_calls", "cost_without_progress", "restarts_without_result"] as const;
export type BreakerType = (typeof BREAKER_TYPES)[number];

export const CHANGEABLE_FIELDS = ["threshold_value", "action_type", "cooldown_minutes"] as const;
export type ChangeableField = (typeof CHANGEABLE_FIELDS)[number];

export const CHANNEL_KINDS = ["email", "slack", "webhook"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

export const CHANNEL_PURPOSES = ["alerts", "approvals", "tasks"] as const;
export type ChannelPurpose = (typeof CHANNEL_PURPOSES)[number];

export const CONNECTION_CATEGORIES = ["connect", "know", "do", "automate", "protect", "scale"] as const;
export type ConnectionCategory = (typeof CONNECTION_CATEGORIES)[number];

export const CONNECTION_STATUSES = ["connected", "error", "disconnected"] as const;
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number];

export const COST_GROUPS = ["agent", "model", "task", "day", "tree"] as const;
export type CostGroup = (typeof COST_GROUPS)[number];

export const COST_SOURCES = ["reported", "derived", "partial", "unpriced"] as const;
export type CostSource = (typeof COST_SOURCES)[number];

export const COST_SPLITS = ["agent", "model"] as const;
export type CostSplit = (typeof COST_SPLITS)[number];

export const DELIVERY_STATUSES = ["pending", "delivered", "dead"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export const DEMO_OUTCOMES = ["completed", "failed"] as const;
export type DemoOutcome = (typeof DEMO_OUTCOMES)[number];

export const DOUBT_OUTCOMES = ["executed", "failed"] as const;
export type DoubtOutcome = (typeof DOUBT_OUTCOMES)[number];

export const ESTIMATE_SOURCES = ["task", "agent", "attempts", "budget", "none"] as const;
export type EstimateSource = (typeof ESTIMATE_SOURCES)[number];

export const EVENT_SOURCES = ["api", "otlp", "task", "gateway"] as const;
export type EventSource = (typeof EVENT_SOURCES)[number];

export const EVENT_STATUSES = ["success", "error", "info"] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

export const EVIDENCE_STATES = ["waiting", "complete", "failed"] as const;
export type EvidenceState = (typeof EVIDENCE_STATES)[number];

export const FINISHED_STATUSES = ["success", "error"] as const;
export type FinishedStatus = (typeof FINISHED_STATUSES)[number];

export const GATE_DECISIONS = ["allow", "ask", "deny"] as const;
export type GateDecision = (typeof GATE_DECISIONS)[number];

export const GATE_MODES = ["enforce", "shadow"] as const;
export type GateMode = (typeof GATE_MODES)[number];

export const GIVEN_ROLES = ["admin", "member", "viewer"] as const;
export type GivenRole = (typeof GIVEN_ROLES)[number];

export const GRANT_STATUSES = ["active", "used_up", "expired", "revoked"] as const;
export type GrantStatus = (typeof GRANT_STATUSES)[number];

export const HEADROOM_STATES = ["room", "warned", "exceeded"] as const;
export type HeadroomState = (typeof HEADROOM_STATES)[number];

export const INCLUDE_TITLESES = ["titles"] as const;
export type IncludeTitles = (typeof INCLUDE_TITLESES)[number];

export const INVITATION_STATUSES = ["open", "accepted", "revoked", "replaced", "expired"] as const;
export type InvitationStatus = (typeof INVITATION_STATUSES)[number];

export const KEY_KINDS = ["agent", "service"] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export const KEY_STATUSES = ["usable", "revoked", "expired"] as const;
export type KeyStatus = (typeof KEY_STATUSES)[number];

export const OUTCOME_GROUPS = ["agent", "task", "day"] as const;
export type OutcomeGroup = (typeof OUTCOME_GROUPS)[number];

export const OWN_POST_ORDERS = ["top", "new"] as const;
export type OwnPostOrder = (typeof OWN_POST_ORDERS)[number];

export const POLICY_MODES = ["enforce", "shadow"] as const;
export type PolicyMode = (typeof POLICY_MODES)[number];

export const POLICY_SCOPES = ["agent", "workspace"] as const;
export type PolicyScope = (typeof POLICY_SCOPES)[number];

export const POLICY_TYPES = [
  "daily_spend_cap", "error_rate_cap", "token_rate_cap", "repeated_tool_calls", "cost_without_progress",
  "restarts_without_result"
] as const;
export type PolicyType = (typeof POLICY_TYPES)[number];

export const PRESENCE_STATES = ["online", "stale", "offline"] as const;
export type PresenceState = (typeof PRESENCE_STATES)[number];

export const REDACTION_FIELDS = ["input", "output", "progress"] as const;
export type RedactionField = (typeof REDACTION_FIELDS)[number];

export const REDACTION_SUBJECT_KINDS = ["message", "task", "event"] as const;
export type RedactionSubjectKind = (typeof REDACTION_SUBJECT_KINDS)[number];

export const REPLY_STATES = ["none", "open", "answered", "overdue"] as const;
export type ReplyState = (typeof REPLY_STATES)[number];

export const REPORTED_TYPES = ["progress", "tool_call", "tool_result"] as const;
export type ReportedType = (typeof REPORTED_TYPES)[number];

export const REQUEST_SOURCES = ["agent", "blocked_start"] as const;
export type RequestSource = (typeof REQUEST_SOURCES)[number];

export const REQUEST_STATUSES = ["pending", "applied", "approved", "denied", "expired"] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

export const RISK_ACTION_TYPES = ["alert_only", "throttle", "model_downgrade", "pause_agent"] as const;
export type RiskActionType = (typeof RISK_ACTION_TYPES)[number];

export const RISK_AUDIT_RESULTS = ["success", "skipped", "failed", "undone"] as const;
export type RiskAuditResult = (typeof RISK_AUDIT_RESULTS)[number];

export const RISK_EVENT_STATUSES = ["pending", "executed", "skipped", "failed"] as const;
export type RiskEventStatus = (typeof RISK_EVENT_STATUSES)[number];

export const ROLES = ["owner", "admin", "member", "viewer"] as const;
export type Role = (typeof ROLES)[number];

export const RULE_DECISIONS = ["approve", "reject"] as const;
export type RuleDecision = (typeof RULE_DECISIONS)[number];

export const RUN_STATUSES = ["running", "success", "error"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

export const SCOPES = [
  "ingest", "keys:write", "agents:read", "agents:write", "tasks:read", "tasks:write", "messages:read", "team:read",
  "team:write", "risk:read", "governance:read", "obs:read", "actions:read", "audit:read", "stop"
] as const;
export type Scope = (typeof SCOPES)[number];

export const SENDER_KINDS = ["agent", "user", "system"] as const;
export type SenderKind = (typeof SENDER_KINDS)[number];

export const SERVICE_TYPES = ["http", "email", "slack", "github", "moltbook", "mcp", "anthropic", "openai"] as const;
export type ServiceType = (typeof SERVICE_TYPES)[number];

export const SNOOZE_KINDS = ["task", "message"] as const;
export type SnoozeKind = (typeof SNOOZE_KINDS)[number];

export const SOCIAL_SORTS = ["hot", "new", "top", "rising"] as const;
export type SocialSort = (typeof SOCIAL_SORTS)[number];

export const SOCIAL_STATES = ["unclaimed", "active", "suspended", "key_dead"] as const;
export type SocialState = (typeof SOCIAL_STATES)[number];

export const SORT_ORDERS = ["asc", "desc"] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

export const SPEND_MEASURES = ["billed", "list"] as const;
export type SpendMeasure = (typeof SPEND_MEASURES)[number];

export const STOP_PARTS = ["starts", "running", "actions", "keys"] as const;
export type StopPart = (typeof STOP_PARTS)[number];

export const STOP_SCOPES = ["agent", "tree", "workspace"] as const;
export type StopScope = (typeof STOP_SCOPES)[number];

export const STOP_STATES = ["stopping", "stopped"] as const;
export type StopState = (typeof STOP_STATES)[number];

export const STOPPED_STATES = ["asked", "confirmed", "unconfirmed"] as const;
export type StoppedState = (typeof STOPPED_STATES)[number];

export const TASK_EVENT_TYPES = [
  "created", "assigned", "started", "progress", "tool_call", "tool_result", "completed", "failed", "escalated",
  "blocked", "unblocked", "answered", "undone", "canceled", "lease_expired", "late_result", "late_accepted", "released",
  "children_done", "dependency_failed", "dependencies_changed", "retried", "overdue"
] as const;
export type TaskEventType = (typeof TASK_EVENT_TYPES)[number];

export const TASK_HOLDER_FILTERS = ["people"] as const;
export type TaskHolderFilter = (typeof TASK_HOLDER_FILTERS)[number];

export const TASK_STATUSES = ["queued", "running", "blocked", "completed", "failed", "canceled"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const TASK_STATUS_FILTERS = ["queued", "running", "blocked", "completed", "failed", "canceled", "open", "ended"] as const;
export type TaskStatusFilter = (typeof TASK_STATUS_FILTERS)[number];

export const TEAM_ROLE_NAMES = ["supervisor", "worker", "specialist"] as const;
export type TeamRoleName = (typeof TEAM_ROLE_NAMES)[number];

export const THREAD_KINDS = ["task", "free", "direct"] as const;
export type ThreadKind = (typeof THREAD_KINDS)[number];

export const TIER_NAMES = ["free", "production", "pro", "agency"] as const;
export type TierName = (typeof TIER_NAMES)[number];

export const TOOL_STATES = ["pinned", "changed", "gone"] as const;
export type ToolState = (typeof TOOL_STATES)[number];
