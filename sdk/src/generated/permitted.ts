// Printed from the step tables and the table of permissions by `npm run generate`. Do not edit.

/** The lowest role with each permission. Null when no role has it. */
export const PERMISSION_ROLES = {
  "auth:read": "viewer",
  "auth:write": "viewer",
  "sessions:read": "viewer",
  "sessions:write": "viewer",
  "membership:write": "viewer",
  "workspaces:read": "viewer",
  "workspaces:write": "admin",
  "workspaces:own": "owner",
  "members:read": "viewer",
  "members:write": "admin",
  "keys:read": "viewer",
  "keys:write": "admin",
  "agents:read": "viewer",
  "agents:write": "admin",
  "agents:report": "admin",
  "agents:self": null,
  "tasks:read": "viewer",
  "tasks:write": "member",
  "tasks:claim": null,
  "messages:read": "viewer",
  "messages:write": "member",
  "redactions:read": "viewer",
  "redactions:write": "admin",
  "snoozes:read": "viewer",
  "snoozes:write": "viewer",
  "webhooks:read": "viewer",
  "webhooks:write": "admin",
  "connections:read": "viewer",
  "connections:write": "admin",
  "team:read": "viewer",
  "team:write": "admin",
  "risk:read": "viewer",
  "risk:write": "admin",
  "stop:write": "admin",
  "governance:read": "viewer",
  "governance:request": null,
  "governance:write": "admin",
  "obs:read": "viewer",
  "obs:write": "member",
  "obs:manage": "admin",
  "alerts:read": "viewer",
  "alerts:acknowledge": "member",
  "actions:read": "viewer",
  "actions:write": "member",
  "actions:decide": "admin",
  "social:read": "viewer",
  "social:write": "member",
  "social:manage": "admin",
  "audit:read": "viewer"
} as const;

export type PermissionName = keyof typeof PERMISSION_ROLES;

/** The permissions that an operation of this server needs. */
export const USED_PERMISSIONS = [
  "auth:read", "auth:write", "sessions:read", "sessions:write", "membership:write", "workspaces:read",
  "workspaces:write", "workspaces:own", "members:read", "members:write", "keys:read", "keys:write", "agents:read",
  "agents:write", "agents:report", "agents:self", "tasks:read", "tasks:write", "tasks:claim", "messages:read",
  "messages:write", "redactions:read", "redactions:write", "snoozes:read", "snoozes:write", "webhooks:read",
  "webhooks:write", "connections:read", "connections:write", "team:read", "team:write", "risk:read", "risk:write",
  "stop:write", "governance:read", "governance:request", "governance:write", "obs:read", "obs:write", "obs:manage",
  "alerts:read", "alerts:acknowledge", "actions:read", "actions:write", "actions:decide", "social:read", "social:write",
  "social:manage", "audit:read"
] as const;

/** The states that each step may start from, and who may take it. */
export const ACTION_STEPS = {
  "approve": { "from": ["pending"] },
  "reject": { "from": ["pending"] },
  "cancel": { "from": ["pending"] },
  "expire": { "from": ["pending"] },
  "send": { "from": ["approved"] },
  "repeat": { "from": ["executing", "in_doubt"] },
  "ask_back": { "from": ["executing"] },
  "doubt": { "from": ["executing"] },
  "execute": { "from": ["executing", "awaiting_verification", "in_doubt"] },
  "fail": { "from": ["approved", "executing", "awaiting_verification", "in_doubt"] },
  "resolve": { "from": ["in_doubt"] },
  "retry": { "from": ["failed"] }
} as const;

export type ActionStep = keyof typeof ACTION_STEPS;

/** The states that each step may start from, and who may take it. */
export const AGENT_STEPS = {
  "pause": { "from": ["active"] },
  "resume": { "from": ["paused"] },
  "archive": { "from": ["active", "paused"] },
  "update": { "from": ["active", "paused"] },
  "restore": { "from": ["active", "paused"] }
} as const;

export type AgentStep = keyof typeof AGENT_STEPS;

/** The states that each step may start from, and who may take it. */
export const REQUEST_STEPS = {
  "approve": { "from": ["pending"] },
  "delegate": { "from": ["pending"] },
  "deny": { "from": ["pending"] },
  "expire": { "from": ["pending"] }
} as const;

export type RequestStep = keyof typeof REQUEST_STEPS;

/** The states that each step may start from, and who may take it. */
export const TASK_STEPS = {
  "start": { "from": ["queued", "blocked"], "by": ["person", "assignee"] },
  "heartbeat": { "from": ["running"], "by": ["person", "assignee"] },
  "add_event": { "from": ["running"], "by": ["person", "assignee"] },
  "block": { "from": ["running"], "by": ["person", "assignee"] },
  "complete": { "from": ["running"], "by": ["person", "assignee"] },
  "fail": { "from": ["running"], "by": ["person", "assignee"] },
  "release": { "from": ["running"], "by": ["person", "assignee"] },
  "cancel": { "from": ["queued", "running", "blocked"], "by": ["person", "creator", "parent_assignee"] },
  "assign": { "from": ["queued", "running", "blocked"], "by": ["person", "creator", "parent_assignee", "assignee"] },
  "escalate": { "from": ["queued", "running", "blocked"], "by": ["person", "assignee"] },
  "answer": { "from": ["blocked"], "by": ["person", "creator", "parent_assignee"] },
  "undo": { "from": ["queued", "running", "blocked"], "by": ["person", "creator", "parent_assignee", "assignee"] },
  "accept_late": { "from": ["queued", "failed"], "by": ["person", "creator", "assignee"] },
  "change_dependencies": { "from": ["queued", "blocked"], "by": ["person", "creator", "parent_assignee"] },
  "retry": { "from": ["completed", "failed", "canceled"], "by": ["person", "creator", "parent_assignee"] }
} as const;

export type TaskStep = keyof typeof TASK_STEPS;
