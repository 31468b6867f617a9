// Printed from the list of operations by `npm run generate`. Do not edit.
// The input of each command, as JSON Schema. Each is an export of its own, so that a bundle holds only those that it uses.
import type { InputSchema } from "../input-schema.ts";

export type { FieldSchema, InputSchema } from "../input-schema.ts";

export const ACTIONS_APPROVE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "payload_hash": {
      "type": "string",
      "pattern": "^sha256:[0-9a-f]{64}$",
      "maxLength": 71,
      "description": "The payload that you saw. Another one is refused with payload_changed."
    },
    "payload": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Sent in place of the proposed payload."
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "confirm": { "type": "boolean", "description": "Also when the agent is paused or archived.", "default": false }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_CANCEL_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_CREATE_RULE_INPUT = {
  "type": "object",
  "required": ["action_type", "service_type", "decision", "expires_at"],
  "properties": {
    "action_type": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S" },
    "service_type": { "type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S" },
    "agent_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "Without it, the rule is for all agents."
    },
    "connection_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "Without it, the rule is for all connections. An approval for http or mcp is for one connection: name it when several fit."
    },
    "payload_schema": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "A JSON schema that the payload must match, of type, const, enum, properties, required, additionalProperties, items, minimum, maximum, minLength, maxLength, minItems, maxItems and pattern. A pattern is plain text with ^, $ and, after ^, one .*"
    },
    "decision": {
      "type": "string",
      "enum": ["approve", "reject"],
      "title": "RuleDecision",
      "description": "Of several rules that fit, a reject wins."
    },
    "max_per_day": {
      "type": "integer",
      "minimum": 1,
      "maximum": 10000,
      "description": "The uses of a day (UTC). Required for approve."
    },
    "expires_at": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "At most 90 days from now."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_DECIDE_INPUT = {
  "type": "object",
  "required": ["items"],
  "properties": { "items": {
    "type": "array",
    "items": {
      "type": "object",
      "required": ["id", "decision"],
      "properties": {
        "id": { "type": "string", "format": "uuid", "maxLength": 36 },
        "decision": { "type": "string", "enum": ["approve", "reject"], "title": "ActionDecision" },
        "payload_hash": {
          "type": "string",
          "pattern": "^sha256:[0-9a-f]{64}$",
          "maxLength": 71,
          "description": "The payload that you saw. Another one is refused with payload_changed."
        },
        "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
      },
      "additionalProperties": false
    },
    "minItems": 1,
    "maxItems": 100
  } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_DELETE_RULE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_END_BYPASS_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_PROPOSE_INPUT = {
  "type": "object",
  "required": ["action_type", "service_type", "payload"],
  "properties": {
    "action_type": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S" },
    "service_type": { "type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S" },
    "payload": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "What is sent. actions.get_types has its shape."
    },
    "connection_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "Required when several connections fit."
    },
    "task_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The task for which you propose it."
    },
    "holds_task": {
      "type": "boolean",
      "description": "Blocks the task, which you run, until the action ends. Then the task is queued for you again.",
      "default": false
    },
    "reasoning": { "type": "string", "minLength": 1, "maxLength": 10000, "pattern": "\\S" },
    "confidence": { "type": "number", "minimum": 0, "maximum": 1, "description": "Your own claim." },
    "expires_in_seconds": { "type": "integer", "minimum": 60, "maximum": 604800, "default": 86400 },
    "amount_usd": {
      "type": "number",
      "exclusiveMinimum": 0,
      "maximum": 1000000,
      "description": "The money that the action spends, in US dollars. It counts against your caps from the approval on."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_REJECT_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_RESOLVE_INPUT = {
  "type": "object",
  "required": ["id", "outcome", "reason"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "outcome": { "type": "string", "enum": ["executed", "failed"], "title": "DoubtOutcome" },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_RETRY_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "confirm": { "type": "boolean", "description": "Also when the agent is paused or archived.", "default": false }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ACTIONS_START_BYPASS_INPUT = {
  "type": "object",
  "required": ["reason"],
  "properties": {
    "agent_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "Without it, the bypass is for all agents."
    },
    "minutes": { "type": "integer", "minimum": 1, "maximum": 480, "default": 60 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_ARCHIVE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "confirm": { "type": "boolean", "description": "Archive the agent although others depend on it." }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_CHECK_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_CLONE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_CREATE_INPUT = {
  "type": "object",
  "required": ["name"],
  "properties": {
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "description": { "type": "string", "maxLength": 10000 },
    "avatar_emoji": { "type": "string", "minLength": 1, "maxLength": 10, "pattern": "\\S" },
    "avatar_url": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 500 }, { "type": "null" }] },
    "personality": { "anyOf": [{ "type": "string", "maxLength": 10000 }, { "type": "null" }] },
    "agent_type": {
      "type": "string",
      "enum": ["direct", "websocket", "http_api", "marketplace"],
      "title": "AgentType"
    },
    "is_featured": { "type": "boolean" },
    "max_running_tasks": { "anyOf": [
      { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Null means no limit." },
      { "type": "null" }
    ] },
    "tags": {
      "type": "array",
      "items": { "type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S" },
      "title": "Tags",
      "maxItems": 20,
      "uniqueItems": true,
      "description": "An agent may claim a task for tags when it has all of them."
    },
    "billing_mode": { "anyOf": [
      { "type": "string", "enum": ["metered", "subscription", "included", "local"], "title": "BillingMode" },
      { "type": "null" }
    ] },
    "default_estimated_cost_usd": { "anyOf": [
      {
        "type": "number",
        "minimum": 0,
        "maximum": 1000000,
        "description": "Caps reserve it for a task without an estimate. Null: as its last attempts.",
        "title": "StartCost"
      },
      { "type": "null" }
    ] },
    "llm_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "identity_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "moltbook_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "connection_url": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 500 }, { "type": "null" }] },
    "auth_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "delivery": {
      "type": "string",
      "enum": ["pull", "push"],
      "title": "AgentDelivery",
      "description": "How an agent of the type http_api gets its tasks. pull: it claims them. push: the server claims them for it and sends each to `<connection_url>/tasks`."
    },
    "is_default": {
      "type": "boolean",
      "description": "At most one agent is the default. True makes this agent the default in place of the present one."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_IMPORT_INPUT = {
  "type": "object",
  "required": ["name"],
  "properties": {
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "format": { "type": "string", "enum": ["bailiwick.agent.v1"] },
    "description": { "type": "string", "maxLength": 10000 },
    "avatar_emoji": { "type": "string", "minLength": 1, "maxLength": 10, "pattern": "\\S" },
    "avatar_url": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 500 }, { "type": "null" }] },
    "personality": { "anyOf": [{ "type": "string", "maxLength": 10000 }, { "type": "null" }] },
    "agent_type": {
      "type": "string",
      "enum": ["direct", "websocket", "http_api", "marketplace"],
      "title": "AgentType"
    },
    "max_running_tasks": { "anyOf": [
      { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Null means no limit." },
      { "type": "null" }
    ] },
    "tags": {
      "type": "array",
      "items": { "type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S" },
      "title": "Tags",
      "maxItems": 20,
      "uniqueItems": true,
      "description": "An agent may claim a task for tags when it has all of them."
    },
    "billing_mode": { "anyOf": [
      { "type": "string", "enum": ["metered", "subscription", "included", "local"], "title": "BillingMode" },
      { "type": "null" }
    ] },
    "default_estimated_cost_usd": { "anyOf": [
      {
        "type": "number",
        "minimum": 0,
        "maximum": 1000000,
        "description": "Caps reserve it for a task without an estimate. Null: as its last attempts.",
        "title": "StartCost"
      },
      { "type": "null" }
    ] },
    "llm_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "identity_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "moltbook_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "connection_url": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 500 }, { "type": "null" }] },
    "auth_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "exported_at": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "ISO 8601, UTC."
    },
    "warnings": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["path", "message"],
        "properties": { "path": { "type": "string" }, "message": { "type": "string" } },
        "additionalProperties": false
      },
      "description": "What the export left out because it is a secret, or looks like one. Import ignores the warnings."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_PAUSE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_RESTORE_INPUT = {
  "type": "object",
  "required": ["id", "revision"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "revision": { "type": "integer", "minimum": 1, "maximum": 2147483647 }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_RESUME_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_ROTATE_PUSH_SECRET_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_UPDATE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "description": { "type": "string", "maxLength": 10000 },
    "avatar_emoji": { "type": "string", "minLength": 1, "maxLength": 10, "pattern": "\\S" },
    "avatar_url": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 500 }, { "type": "null" }] },
    "personality": { "anyOf": [{ "type": "string", "maxLength": 10000 }, { "type": "null" }] },
    "agent_type": {
      "type": "string",
      "enum": ["direct", "websocket", "http_api", "marketplace"],
      "title": "AgentType"
    },
    "is_featured": { "type": "boolean" },
    "max_running_tasks": { "anyOf": [
      { "type": "integer", "minimum": 1, "maximum": 1000, "description": "Null means no limit." },
      { "type": "null" }
    ] },
    "tags": {
      "type": "array",
      "items": { "type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S" },
      "title": "Tags",
      "maxItems": 20,
      "uniqueItems": true,
      "description": "An agent may claim a task for tags when it has all of them."
    },
    "billing_mode": { "anyOf": [
      { "type": "string", "enum": ["metered", "subscription", "included", "local"], "title": "BillingMode" },
      { "type": "null" }
    ] },
    "default_estimated_cost_usd": { "anyOf": [
      {
        "type": "number",
        "minimum": 0,
        "maximum": 1000000,
        "description": "Caps reserve it for a task without an estimate. Null: as its last attempts.",
        "title": "StartCost"
      },
      { "type": "null" }
    ] },
    "llm_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "identity_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "moltbook_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "connection_url": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 500 }, { "type": "null" }] },
    "auth_config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "Any JSON object. A text with the name or the shape of a secret (api_key, token, ghp_…, an address with a password) is sealed, and reads \"set\". Mark any other secret as {\"$secret\": \"…\"}."
    },
    "delivery": {
      "type": "string",
      "enum": ["pull", "push"],
      "title": "AgentDelivery",
      "description": "How an agent of the type http_api gets its tasks. pull: it claims them. push: the server claims them for it and sends each to `<connection_url>/tasks`."
    },
    "is_default": {
      "type": "boolean",
      "description": "At most one agent is the default. True makes this agent the default in place of the present one."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AGENTS_UPDATE_STATUS_INPUT = {
  "type": "object",
  "required": ["id", "connected"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "connected": { "type": "boolean" },
    "error": { "type": "string", "minLength": 1, "maxLength": 500, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ALERTS_ACKNOWLEDGE_EVENT_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ALERTS_CREATE_RULE_INPUT = {
  "type": "object",
  "required": ["name", "rule_type", "threshold"],
  "properties": {
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "rule_type": {
      "type": "string",
      "enum": ["cost_per_day", "error_rate", "no_heartbeat"],
      "title": "AlertRuleType",
      "description": "`cost_per_day`: US dollars since midnight UTC. `error_rate`: percent of the runs that ended in the window. `no_heartbeat`: minutes since the last heartbeat; of a workspace, those of its most silent active agent."
    },
    "threshold": {
      "type": "number",
      "minimum": 0,
      "maximum": 1000000000,
      "description": "The rule fires above this value."
    },
    "warning_threshold": {
      "anyOf": [
        { "type": "number", "minimum": 0, "maximum": 1000000000, "description": "The rule warns above this value." },
        { "type": "null" }
      ],
      "default": null
    },
    "window_minutes": { "type": "integer", "minimum": 1, "maximum": 2880, "default": 60 },
    "cooldown_minutes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 10080,
      "description": "The shortest time between two firings. A warning that becomes an alert does not wait.",
      "default": 360
    },
    "no_data": {
      "type": "string",
      "enum": ["ignore", "fire"],
      "title": "AlertNoData",
      "description": "What follows when no run ended in the window, or an agent never sent a heartbeat.",
      "default": "ignore"
    },
    "is_enabled": { "type": "boolean", "default": true },
    "agent_id": {
      "anyOf": [{ "type": "string", "format": "uuid", "maxLength": 36 }, { "type": "null" }],
      "default": null
    },
    "muted_until": {
      "anyOf": [
        {
          "type": "string",
          "format": "date-time",
          "pattern": "^[12][0-9]{3}-",
          "maxLength": 40,
          "description": "The rule does not fire before this time. It fires then if its value is still above a threshold."
        },
        { "type": "null" }
      ],
      "default": null
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ALERTS_DELETE_RULE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ALERTS_SEND_TEST_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ALERTS_UPDATE_RULE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "threshold": {
      "type": "number",
      "minimum": 0,
      "maximum": 1000000000,
      "description": "The rule fires above this value."
    },
    "warning_threshold": { "anyOf": [
      { "type": "number", "minimum": 0, "maximum": 1000000000, "description": "The rule warns above this value." },
      { "type": "null" }
    ] },
    "window_minutes": { "type": "integer", "minimum": 1, "maximum": 2880 },
    "cooldown_minutes": {
      "type": "integer",
      "minimum": 0,
      "maximum": 10080,
      "description": "The shortest time between two firings. A warning that becomes an alert does not wait."
    },
    "no_data": {
      "type": "string",
      "enum": ["ignore", "fire"],
      "title": "AlertNoData",
      "description": "What follows when no run ended in the window, or an agent never sent a heartbeat."
    },
    "is_enabled": { "type": "boolean" },
    "muted_until": { "anyOf": [
      {
        "type": "string",
        "format": "date-time",
        "pattern": "^[12][0-9]{3}-",
        "maxLength": 40,
        "description": "The rule does not fire before this time. It fires then if its value is still above a threshold."
      },
      { "type": "null" }
    ] }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ATTACHMENTS_CREATE_INPUT = {
  "type": "object",
  "required": ["task_id", "name"],
  "properties": {
    "task_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "name": {
      "type": "string",
      "minLength": 1,
      "maxLength": 255,
      "pattern": "\\S",
      "description": "The name of the file, without a path. Control characters, invisible characters, `/` and `\\` are refused."
    },
    "content_type": {
      "type": "string",
      "minLength": 3,
      "maxLength": 100,
      "pattern": "^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$"
    },
    "text": { "type": "string", "maxLength": 262142, "description": "The content as text." },
    "base64": { "type": "string", "maxLength": 262140, "description": "The content in base64, in place of text." }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const ATTACHMENTS_DELETE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_APPROVE_DEVICE_INPUT = {
  "type": "object",
  "required": ["user_code"],
  "properties": {
    "user_code": { "type": "string", "maxLength": 50, "description": "Upper and lower case and dashes are ignored." },
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "new_agent_name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_DENY_DEVICE_INPUT = {
  "type": "object",
  "required": ["user_code"],
  "properties": { "user_code": {
    "type": "string",
    "maxLength": 50,
    "description": "Upper and lower case and dashes are ignored."
  } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_FIND_DEVICE_INPUT = {
  "type": "object",
  "required": ["user_code"],
  "properties": { "user_code": {
    "type": "string",
    "maxLength": 50,
    "description": "Upper and lower case and dashes are ignored."
  } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_LOGOUT_INPUT = { "type": "object", "properties": {}, "additionalProperties": false } as const satisfies InputSchema;

export const AUTH_REQUEST_DEVICE_CODE_INPUT = {
  "type": "object",
  "required": ["client_name"],
  "properties": {
    "client_name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "agent_name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_REQUEST_MAGIC_LINK_INPUT = {
  "type": "object",
  "required": ["email"],
  "properties": { "email": { "type": "string", "format": "idn-email", "maxLength": 254 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_REVOKE_OTHER_SESSIONS_INPUT = { "type": "object", "properties": {}, "additionalProperties": false } as const satisfies InputSchema;

export const AUTH_REVOKE_SESSION_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_TAKE_DEVICE_KEY_INPUT = {
  "type": "object",
  "required": ["device_code"],
  "properties": { "device_code": { "type": "string", "maxLength": 500 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_UPDATE_ME_INPUT = {
  "type": "object",
  "required": ["name"],
  "properties": { "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const AUTH_VERIFY_INPUT = {
  "type": "object",
  "required": ["token"],
  "properties": { "token": { "type": "string", "maxLength": 500 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CHANNELS_CREATE_INPUT = {
  "type": "object",
  "required": ["kind", "name", "target", "for"],
  "properties": {
    "kind": { "type": "string", "enum": ["email", "slack", "webhook"], "title": "ChannelKind" },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "target": {
      "type": "string",
      "minLength": 1,
      "maxLength": 2000,
      "pattern": "\\S",
      "description": "The email address, or the URL. It is never shown again."
    },
    "for": {
      "type": "array",
      "items": {
        "type": "string",
        "enum": ["alerts", "approvals", "tasks"],
        "title": "ChannelPurpose",
        "description": "`tasks`: a task waits for a person, failed for good, or is overdue."
      },
      "minItems": 1,
      "maxItems": 3,
      "uniqueItems": true
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CHANNELS_DELETE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CHANNELS_SEND_TEST_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CHANNELS_UPDATE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "target": {
      "type": "string",
      "minLength": 1,
      "maxLength": 2000,
      "pattern": "\\S",
      "description": "The email address, or the URL. It is never shown again."
    },
    "for": {
      "type": "array",
      "items": {
        "type": "string",
        "enum": ["alerts", "approvals", "tasks"],
        "title": "ChannelPurpose",
        "description": "`tasks`: a task waits for a person, failed for good, or is overdue."
      },
      "minItems": 1,
      "maxItems": 3,
      "uniqueItems": true
    },
    "is_enabled": {
      "type": "boolean",
      "description": "A disabled receiver gets no new facts. What waits for it is sent when it is enabled again."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CONNECTIONS_ACCEPT_TOOLS_INPUT = {
  "type": "object",
  "required": ["id", "tools"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "tools": {
      "type": "array",
      "items": {
        "type": "object",
        "required": ["name", "digest"],
        "properties": {
          "name": { "type": "string", "minLength": 1, "maxLength": 100 },
          "digest": {
            "type": "string",
            "minLength": 1,
            "maxLength": 100,
            "description": "Of the change that you saw: `seen.digest`."
          }
        },
        "additionalProperties": false
      },
      "minItems": 1,
      "maxItems": 200
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CONNECTIONS_CHECK_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CONNECTIONS_CREATE_INPUT = {
  "type": "object",
  "required": ["service_type", "name"],
  "properties": {
    "service_type": {
      "type": "string",
      "enum": ["http", "email", "slack", "github", "moltbook", "mcp", "anthropic", "openai"],
      "title": "ServiceType"
    },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "category": {
      "type": "string",
      "enum": ["connect", "know", "do", "automate", "protect", "scale"],
      "title": "ConnectionCategory"
    },
    "config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "http: `{base_url, repeats_safely?}`, where repeats_safely says that the same Idempotency-Key twice has one effect. github, anthropic, openai: `{base_url?}`, the address of the provider without it. mcp: `{url}`. email: `{from}`. slack: none."
    },
    "secret": {
      "type": "string",
      "minLength": 1,
      "maxLength": 10000,
      "pattern": "\\S",
      "description": "http: the token, or the whole value of the header Authorization. github, mcp: the token. anthropic, openai: the key of the provider. slack: the address of the incoming webhook. email: smtps://user:password@host, or none for the mail server of this installation. Never shown again."
    },
    "agent_ids": { "anyOf": [
      {
        "type": "array",
        "items": { "type": "string", "format": "uuid", "maxLength": 36 },
        "maxItems": 200,
        "uniqueItems": true,
        "description": "The agents that may use the connection. Null: all agents."
      },
      { "type": "null" }
    ] }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CONNECTIONS_DISCONNECT_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const CONNECTIONS_UPDATE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "category": {
      "type": "string",
      "enum": ["connect", "know", "do", "automate", "protect", "scale"],
      "title": "ConnectionCategory"
    },
    "config": {
      "type": "object",
      "patternProperties": { "^.*$": {} },
      "description": "http: `{base_url, repeats_safely?}`, where repeats_safely says that the same Idempotency-Key twice has one effect. github, anthropic, openai: `{base_url?}`, the address of the provider without it. mcp: `{url}`. email: `{from}`. slack: none."
    },
    "secret": {
      "type": "string",
      "minLength": 1,
      "maxLength": 10000,
      "pattern": "\\S",
      "description": "http: the token, or the whole value of the header Authorization. github, mcp: the token. anthropic, openai: the key of the provider. slack: the address of the incoming webhook. email: smtps://user:password@host, or none for the mail server of this installation. Never shown again."
    },
    "agent_ids": { "anyOf": [
      {
        "type": "array",
        "items": { "type": "string", "format": "uuid", "maxLength": 36 },
        "maxItems": 200,
        "uniqueItems": true,
        "description": "The agents that may use the connection. Null: all agents."
      },
      { "type": "null" }
    ] }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const DEMO_START_INPUT = { "type": "object", "properties": {}, "additionalProperties": false } as const satisfies InputSchema;

export const GATE_ASK_PERMISSION_INPUT = {
  "type": "object",
  "required": ["tool_name", "input"],
  "properties": {
    "tool_name": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S" },
    "input": { "type": "object", "patternProperties": { "^.*$": {} }, "description": "What the tool is called with." },
    "tool_use_id": { "type": "string", "maxLength": 200 },
    "wait_seconds": { "type": "integer", "minimum": 0, "maximum": 50, "default": 0 }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GATE_CREATE_RULE_INPUT = {
  "type": "object",
  "required": ["tool_pattern", "decision"],
  "properties": {
    "tool_pattern": {
      "type": "string",
      "minLength": 1,
      "maxLength": 300,
      "pattern": "\\S",
      "description": "The name of a tool, and in parentheses what it is called with: Bash(rm *), mcp__*, Write(/etc/*), *. A star stands for any text."
    },
    "agent_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "Without it, the rule is for all agents."
    },
    "decision": {
      "type": "string",
      "enum": ["allow", "ask", "deny"],
      "title": "GateDecision",
      "description": "ask: an owner or an admin decides about the exact call."
    },
    "mode": {
      "type": "string",
      "enum": ["enforce", "shadow"],
      "title": "GateMode",
      "description": "shadow: only the log says what the rule would have decided.",
      "default": "shadow"
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GATE_DELETE_RULE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_APPLY_GRANT_INPUT = {
  "type": "object",
  "required": ["grant_id", "requested_change"],
  "properties": {
    "grant_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "requested_change": {
      "type": "object",
      "required": ["policy_id", "field", "new_value"],
      "properties": {
        "policy_id": { "type": "string", "format": "uuid", "maxLength": 36 },
        "field": {
          "type": "string",
          "enum": ["threshold_value", "action_type", "cooldown_minutes"],
          "title": "ChangeableField"
        },
        "new_value": {
          "anyOf": [
            { "type": "number", "minimum": -1000000000, "maximum": 1000000000 },
            {
              "type": "string",
              "enum": ["alert_only", "throttle", "model_downgrade", "pause_agent"],
              "title": "RiskActionType"
            }
          ],
          "title": "NewFieldValue"
        }
      },
      "additionalProperties": false
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_APPROVE_INPUT = {
  "type": "object",
  "required": ["id", "mode"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "mode": {
      "type": "string",
      "enum": ["one_time", "delegate"],
      "title": "ApprovalMode",
      "description": "one_time: the policy is changed as it was requested. delegate: the agent gets a grant."
    },
    "delegation_params": {
      "type": "object",
      "required": ["duration_minutes"],
      "properties": {
        "duration_minutes": { "type": "integer", "minimum": 1, "maximum": 1440 },
        "allowed_changes": {
          "type": "object",
          "required": ["policy_id", "fields"],
          "properties": {
            "policy_id": { "type": "string", "format": "uuid", "maxLength": 36 },
            "fields": {
              "type": "object",
              "properties": {
                "threshold_value": {
                  "type": "object",
                  "required": ["min_value", "max_value"],
                  "properties": {
                    "min_value": { "type": "number", "minimum": -1000000000, "maximum": 1000000000 },
                    "max_value": { "type": "number", "minimum": -1000000000, "maximum": 1000000000 }
                  },
                  "additionalProperties": false
                },
                "action_type": {
                  "type": "object",
                  "required": ["allowed_values"],
                  "properties": { "allowed_values": {
                    "type": "array",
                    "items": {
                      "type": "string",
                      "enum": ["alert_only", "throttle", "model_downgrade", "pause_agent"],
                      "title": "RiskActionType"
                    },
                    "minItems": 1,
                    "maxItems": 4,
                    "uniqueItems": true
                  } },
                  "additionalProperties": false
                },
                "cooldown_minutes": {
                  "type": "object",
                  "required": ["min_value", "max_value"],
                  "properties": {
                    "min_value": { "type": "number", "minimum": -1000000000, "maximum": 1000000000 },
                    "max_value": { "type": "number", "minimum": -1000000000, "maximum": 1000000000 }
                  },
                  "additionalProperties": false
                }
              },
              "additionalProperties": false,
              "minProperties": 1
            }
          },
          "additionalProperties": false,
          "title": "AllowedChanges"
        },
        "max_spend_delta": {
          "type": "number",
          "minimum": 0,
          "maximum": 1000000,
          "description": "The sum in US dollars by which the agent may raise a daily cap."
        },
        "max_uses": { "type": "integer", "minimum": 1, "maximum": 1000 }
      },
      "additionalProperties": false
    },
    "confirm": { "type": "boolean", "description": "Also when the limit changed since the request.", "default": false }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_DENY_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_EXPIRE_INPUT = { "type": "object", "properties": {}, "additionalProperties": false } as const satisfies InputSchema;

export const GOVERNANCE_REVOKE_GRANT_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_ROLLBACK_INPUT = {
  "type": "object",
  "required": ["audit_id"],
  "properties": {
    "audit_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The entry of a change_applied or change_rolled_back."
    },
    "confirm": { "type": "boolean", "description": "Overwrites a later change of the field.", "default": false },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_SET_REQUIRED_APPROVALS_INPUT = {
  "type": "object",
  "required": ["required_approvals"],
  "properties": { "required_approvals": {
    "type": "integer",
    "minimum": 1,
    "maximum": 2,
    "description": "The different people who must approve a request."
  } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const GOVERNANCE_SUBMIT_REQUEST_INPUT = {
  "type": "object",
  "required": ["requested_changes", "reason"],
  "properties": {
    "requested_changes": {
      "type": "object",
      "required": ["policy_id", "field", "requested_value"],
      "properties": {
        "policy_id": { "type": "string", "format": "uuid", "maxLength": 36 },
        "field": {
          "type": "string",
          "enum": ["threshold_value", "action_type", "cooldown_minutes"],
          "title": "ChangeableField"
        },
        "requested_value": {
          "anyOf": [
            { "type": "number", "minimum": -1000000000, "maximum": 1000000000 },
            {
              "type": "string",
              "enum": ["alert_only", "throttle", "model_downgrade", "pause_agent"],
              "title": "RiskActionType"
            }
          ],
          "title": "NewFieldValue"
        }
      },
      "additionalProperties": false
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const INVITATIONS_ACCEPT_INPUT = {
  "type": "object",
  "required": ["token"],
  "properties": { "token": { "type": "string", "maxLength": 500 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const INVITATIONS_CREATE_INPUT = {
  "type": "object",
  "required": ["id", "email", "role"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "email": { "type": "string", "format": "idn-email", "maxLength": 254 },
    "role": { "type": "string", "enum": ["admin", "member", "viewer"], "title": "GivenRole" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const INVITATIONS_PREVIEW_INPUT = {
  "type": "object",
  "required": ["token"],
  "properties": { "token": { "type": "string", "maxLength": 500 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const INVITATIONS_REVOKE_INPUT = {
  "type": "object",
  "required": ["id", "invitation_id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "invitation_id": { "type": "string", "format": "uuid", "maxLength": 36 }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const KEYS_ADOPT_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const KEYS_CREATE_INPUT = {
  "type": "object",
  "required": ["kind", "name"],
  "properties": {
    "kind": { "type": "string", "enum": ["agent", "service"], "title": "KeyKind" },
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "scopes": {
      "type": "array",
      "items": {
        "type": "string",
        "enum": [
          "ingest", "keys:write", "agents:read", "agents:write", "tasks:read", "tasks:write", "messages:read",
          "team:read", "team:write", "risk:read", "governance:read", "obs:read", "actions:read", "audit:read", "stop"
        ],
        "title": "Scope"
      },
      "minItems": 1,
      "maxItems": 15,
      "uniqueItems": true
    },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "billing_mode": { "anyOf": [
      { "type": "string", "enum": ["metered", "subscription", "included", "local"], "title": "BillingMode" },
      { "type": "null" }
    ] },
    "expires_at": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "ISO 8601, UTC."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const KEYS_REVOKE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const KEYS_ROTATE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "overlap_seconds": {
      "type": "integer",
      "minimum": 0,
      "maximum": 604800,
      "description": "How long the present secret stays valid in addition to the new one.",
      "default": 0
    },
    "expires_at": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "The new end of the key. Without it, the end stays as it is."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const MEMBERS_LEAVE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const MEMBERS_REMOVE_INPUT = {
  "type": "object",
  "required": ["id", "user_id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "user_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const MEMBERS_UPDATE_INPUT = {
  "type": "object",
  "required": ["id", "user_id", "role"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "user_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "role": { "type": "string", "enum": ["admin", "member", "viewer"], "title": "GivenRole" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const MESSAGES_MARK_READ_INPUT = {
  "type": "object",
  "properties": {
    "message_ids": {
      "type": "array",
      "items": { "type": "string", "format": "uuid", "maxLength": 36 },
      "minItems": 1,
      "maxItems": 200,
      "uniqueItems": true
    },
    "up_to_message_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "This message and all earlier ones, at most 10000 a call."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const MESSAGES_SEND_INPUT = {
  "type": "object",
  "required": ["content"],
  "properties": {
    "content": {
      "type": "string",
      "minLength": 1,
      "maxLength": 65536,
      "pattern": "\\S",
      "description": "The text. At most 65536 bytes of UTF-8."
    },
    "to_agent_id": { "type": "string", "format": "uuid", "maxLength": 36, "description": "The addressed agent." },
    "to_user_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The addressed person. Cannot be combined with to_agent_id."
    },
    "task_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The task that the message is about."
    },
    "thread_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The conversation of the message. A new UUID begins a new conversation."
    },
    "reply_by": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "Requests an answer from the recipient by this time, at most 30 days ahead."
    },
    "in_reply_to": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The id of the message that this one answers."
    },
    "attachment_ids": {
      "type": "array",
      "items": { "type": "string", "format": "uuid", "maxLength": 36 },
      "maxItems": 10,
      "uniqueItems": true,
      "description": "Files of tasks that belong to the message. Everyone who reads the task of a file can read the file."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_CREATE_FEE_INPUT = {
  "type": "object",
  "required": ["name", "monthly_usd", "first_day"],
  "properties": {
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
    "agent_id": { "anyOf": [
      {
        "type": "string",
        "format": "uuid",
        "maxLength": 36,
        "description": "Null, or absent, is a fee of the whole workspace."
      },
      { "type": "null" }
    ] },
    "monthly_usd": { "type": "number", "minimum": 0, "maximum": 1000000, "description": "US dollars." },
    "first_day": {
      "type": "string",
      "title": "Day",
      "format": "date",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 10,
      "description": "A day in UTC: 2026-11-30."
    },
    "last_day": { "anyOf": [
      {
        "type": "string",
        "title": "Day",
        "format": "date",
        "pattern": "^[12][0-9]{3}-",
        "maxLength": 10,
        "description": "A day in UTC: 2026-11-30."
      },
      { "type": "null" }
    ] }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_CREATE_PRICE_OVERRIDE_INPUT = {
  "type": "object",
  "required": ["model", "prices"],
  "properties": {
    "provider": { "anyOf": [
      {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "pattern": "\\S",
        "description": "Null, or absent, is any provider."
      },
      { "type": "null" }
    ] },
    "model": {
      "type": "string",
      "minLength": 1,
      "maxLength": 200,
      "pattern": "\\S",
      "description": "The name of the model as its events have it, in any case."
    },
    "prices": {
      "type": "object",
      "properties": {
        "input_mtok": { "type": "number", "minimum": 0, "maximum": 100000 },
        "cache_read_mtok": { "type": "number", "minimum": 0, "maximum": 100000 },
        "cache_write_mtok": { "type": "number", "minimum": 0, "maximum": 100000 },
        "cache_write_1h_mtok": { "type": "number", "minimum": 0, "maximum": 100000 },
        "output_mtok": { "type": "number", "minimum": 0, "maximum": 100000 },
        "output_reasoning_mtok": { "type": "number", "minimum": 0, "maximum": 100000 },
        "web_searches_kcount": { "type": "number", "minimum": 0, "maximum": 1000 },
        "requests_kcount": { "type": "number", "minimum": 0, "maximum": 1000 }
      },
      "additionalProperties": false,
      "title": "OverridePrices",
      "minProperties": 1,
      "description": "US dollars for a million tokens (_mtok) or a thousand searches or requests (_kcount). 0 is a price: the class is free. A class without a price is unknown, and its cost is in no sum."
    },
    "valid_from": { "anyOf": [
      {
        "type": "string",
        "format": "date-time",
        "pattern": "^[12][0-9]{3}-",
        "maxLength": 40,
        "description": "The first time. Null is always."
      },
      { "type": "null" }
    ] },
    "valid_to": { "anyOf": [
      {
        "type": "string",
        "format": "date-time",
        "pattern": "^[12][0-9]{3}-",
        "maxLength": 40,
        "description": "The price ends before this time."
      },
      { "type": "null" }
    ] }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_DELETE_FEE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_DELETE_PRICE_OVERRIDE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_END_FEE_INPUT = {
  "type": "object",
  "required": ["id", "last_day"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "last_day": {
      "type": "string",
      "title": "Day",
      "format": "date",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 10,
      "description": "A day in UTC: 2026-11-30."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_FINISH_RUN_INPUT = {
  "type": "object",
  "required": ["id", "status"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "status": { "type": "string", "enum": ["success", "error"], "title": "FinishedStatus" },
    "error_message": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_HEARTBEAT_INPUT = {
  "type": "object",
  "properties": {
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "status": { "type": "string", "minLength": 1, "maxLength": 50, "default": "alive" },
    "metadata": { "type": "object", "patternProperties": { "^.*$": {} } }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_INGEST_INPUT = {
  "type": "object",
  "properties": {
    "event_type": { "type": "string", "maxLength": 50 },
    "status": { "type": "string", "maxLength": 50 },
    "agent_id": { "anyOf": [{ "type": "string", "maxLength": 36 }, { "type": "null" }] },
    "run_id": { "anyOf": [{ "type": "string", "maxLength": 36 }, { "type": "null" }] },
    "task_id": { "anyOf": [{ "type": "string", "maxLength": 36 }, { "type": "null" }] },
    "provider": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 200 }, { "type": "null" }] },
    "model": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 200 }, { "type": "null" }] },
    "tokens_in": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "tokens_out": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "tokens_cached": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "tokens_cache_write": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "tokens_cache_write_1h": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "tokens_reasoning": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "web_searches": { "anyOf": [
      { "type": "integer", "minimum": 0, "maximum": 1000000000, "title": "EventCount" },
      { "type": "null" }
    ] },
    "service_tier": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 50 }, { "type": "null" }] },
    "cost_usd": { "anyOf": [
      { "type": "number", "minimum": 0, "maximum": 1000000, "description": "US dollars." },
      { "type": "null" }
    ] },
    "billing_mode": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 50 }, { "type": "null" }] },
    "session_id": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 200 }, { "type": "null" }] },
    "cumulative": { "anyOf": [
      {
        "type": "array",
        "items": { "type": "string", "maxLength": 50 },
        "maxItems": 8,
        "description": "The fields of the event that are totals of the session so far. Only the difference to the highest report before counts. Allowed are cost_usd, tokens_in, tokens_out, tokens_cached, tokens_cache_write, tokens_cache_write_1h, tokens_reasoning, web_searches."
      },
      { "type": "null" }
    ] },
    "latency_ms": { "anyOf": [{ "type": "integer", "minimum": 0, "maximum": 86400000 }, { "type": "null" }] },
    "payload": { "anyOf": [{ "type": "object", "patternProperties": { "^.*$": {} } }, { "type": "null" }] },
    "dedupe_key": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 255 }, { "type": "null" }] },
    "occurred_at": { "anyOf": [{ "type": "string", "minLength": 1, "maxLength": 40 }, { "type": "null" }] },
    "events": { "type": "array", "items": { "type": "object", "patternProperties": { "^.*$": {} } }, "maxItems": 1000 }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_REPRICE_INPUT = {
  "type": "object",
  "properties": {
    "from": {
      "type": "string",
      "title": "Day",
      "format": "date",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 10,
      "description": "A day in UTC: 2026-11-30."
    },
    "to": {
      "type": "string",
      "title": "Day",
      "format": "date",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 10,
      "description": "A day in UTC: 2026-11-30."
    },
    "models": {
      "type": "array",
      "items": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S" },
      "minItems": 1,
      "maxItems": 50,
      "description": "Names as the events have them."
    },
    "continue_from": {
      "type": "string",
      "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
      "maxLength": 36,
      "description": "Events are left: repeat the call with this, until it is null."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_SET_RETENTION_INPUT = {
  "type": "object",
  "required": ["floor_days"],
  "properties": { "floor_days": { "anyOf": [
    {
      "type": "integer",
      "minimum": 1,
      "maximum": 185,
      "description": "The days that the workspace keeps at least. Null: the tier decides."
    },
    { "type": "null" }
  ] } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const OBS_START_RUN_INPUT = {
  "type": "object",
  "properties": {
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "model": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "\\S" },
    "task_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "metadata": { "type": "object", "patternProperties": { "^.*$": {} } }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const REDACTIONS_CREATE_INPUT = {
  "type": "object",
  "required": ["subject", "reason"],
  "properties": {
    "subject": {
      "type": "object",
      "required": ["kind", "id"],
      "properties": {
        "kind": { "type": "string", "enum": ["message", "task", "event"], "title": "RedactionSubjectKind" },
        "id": { "type": "string", "format": "uuid", "maxLength": 36 },
        "fields": {
          "type": "array",
          "items": { "type": "string", "enum": ["input", "output", "progress"], "title": "RedactionField" },
          "minItems": 1,
          "uniqueItems": true,
          "description": "For a task: the parts to withdraw. Without fields, all parts. progress is every reported event."
        },
        "task_id": {
          "type": "string",
          "format": "uuid",
          "maxLength": 36,
          "description": "For an event: its task, so that the search does not read the whole log."
        }
      },
      "additionalProperties": false
    },
    "reason": {
      "type": "string",
      "minLength": 1,
      "maxLength": 2000,
      "pattern": "\\S",
      "description": "Everybody who could read the content sees the reason."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const RISK_CREATE_POLICY_INPUT = {
  "type": "object",
  "required": ["policy_type", "threshold_value"],
  "properties": {
    "agent_id": {
      "anyOf": [
        { "type": "string", "format": "uuid", "maxLength": 36, "description": "Without it, the whole workspace." },
        { "type": "null" }
      ],
      "default": null
    },
    "policy_type": {
      "type": "string",
      "enum": [
        "daily_spend_cap", "error_rate_cap", "token_rate_cap", "repeated_tool_calls", "cost_without_progress",
        "restarts_without_result"
      ],
      "title": "PolicyType",
      "description": "`daily_spend_cap`: US dollars of a day (UTC). `error_rate_cap`: percent of the runs that ended in the window. `token_rate_cap`: tokens a minute over the window, without those that a cache read. Three break loops: `repeated_tool_calls`: calls of the same tool with the same arguments by one agent on one task or run in the window. `cost_without_progress`: US dollars of an attempt since its last progress. `restarts_without_result`: attempts of one task in a row that went back into the queue."
    },
    "threshold_value": {
      "type": "number",
      "minimum": 0,
      "maximum": 1000000000,
      "description": "A value above it crosses the policy."
    },
    "action_type": {
      "type": "string",
      "enum": ["alert_only", "throttle", "model_downgrade", "pause_agent"],
      "title": "RiskActionType",
      "default": "alert_only"
    },
    "measure": {
      "type": "string",
      "enum": ["billed", "list"],
      "title": "SpendMeasure",
      "description": "`list` counts the list price also of usage that a subscription includes.",
      "default": "billed"
    },
    "mode": {
      "type": "string",
      "enum": ["enforce", "shadow"],
      "title": "PolicyMode",
      "description": "A shadow policy only records what it would have done.",
      "default": "enforce"
    },
    "window_minutes": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2880,
      "description": "The minutes that a rate looks back.",
      "default": 60
    },
    "cooldown_minutes": {
      "type": "integer",
      "minimum": 5,
      "maximum": 10080,
      "description": "The shortest time in minutes between two events of a rate.",
      "default": 360
    },
    "is_enabled": { "type": "boolean", "default": true },
    "block_unpriced": {
      "type": "boolean",
      "description": "Usage of a model without a price stops new starts for the day.",
      "default": false
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const RISK_DELETE_POLICY_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const RISK_ENFORCE_INPUT = { "type": "object", "properties": {}, "additionalProperties": false } as const satisfies InputSchema;

export const RISK_TOP_UP_POLICY_INPUT = {
  "type": "object",
  "required": ["id", "amount_usd", "until", "reason"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "amount_usd": { "type": "number", "minimum": 0, "maximum": 1000000, "description": "US dollars." },
    "until": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "ISO 8601, UTC."
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const RISK_UNDO_INPUT = {
  "type": "object",
  "required": ["id", "reason"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const RISK_UPDATE_POLICY_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "threshold_value": {
      "type": "number",
      "minimum": 0,
      "maximum": 1000000000,
      "description": "A value above it crosses the policy."
    },
    "action_type": {
      "type": "string",
      "enum": ["alert_only", "throttle", "model_downgrade", "pause_agent"],
      "title": "RiskActionType"
    },
    "measure": {
      "type": "string",
      "enum": ["billed", "list"],
      "title": "SpendMeasure",
      "description": "`list` counts the list price also of usage that a subscription includes."
    },
    "mode": {
      "type": "string",
      "enum": ["enforce", "shadow"],
      "title": "PolicyMode",
      "description": "A shadow policy only records what it would have done."
    },
    "window_minutes": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2880,
      "description": "The minutes that a rate looks back."
    },
    "cooldown_minutes": {
      "type": "integer",
      "minimum": 5,
      "maximum": 10080,
      "description": "The shortest time in minutes between two events of a rate."
    },
    "is_enabled": { "type": "boolean" },
    "block_unpriced": {
      "type": "boolean",
      "description": "Usage of a model without a price stops new starts for the day."
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SNOOZES_CREATE_INPUT = {
  "type": "object",
  "required": ["kind", "id", "until"],
  "properties": {
    "kind": { "type": "string", "enum": ["task", "message"], "title": "SnoozeKind" },
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "until": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "A time in the future, at most 366 days from now."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SNOOZES_DELETE_INPUT = {
  "type": "object",
  "required": ["kind", "id"],
  "properties": {
    "kind": { "type": "string", "enum": ["task", "message"], "title": "SnoozeKind" },
    "id": { "type": "string", "format": "uuid", "maxLength": 36 }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SOCIAL_CONNECT_INPUT = {
  "type": "object",
  "required": ["agent_id", "api_key"],
  "properties": {
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36, "description": "The agent whose key is used." },
    "api_key": {
      "type": "string",
      "minLength": 1,
      "maxLength": 1000,
      "pattern": "^[\\x21-\\x7e]+$",
      "description": "The key that Moltbook gave this agent. Never shown again."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SOCIAL_REGISTER_INPUT = {
  "type": "object",
  "required": ["agent_id", "name", "description"],
  "properties": {
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36, "description": "The agent whose key is used." },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9_.-]+$" },
    "description": { "type": "string", "minLength": 1, "maxLength": 1000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SOCIAL_REMOVE_UPVOTE_INPUT = {
  "type": "object",
  "required": ["id", "agent_id"],
  "properties": {
    "id": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9_.-]+$" },
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36, "description": "The agent whose key is used." }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SOCIAL_SYNC_INPUT = {
  "type": "object",
  "required": ["agent_id"],
  "properties": { "agent_id": {
    "type": "string",
    "format": "uuid",
    "maxLength": 36,
    "description": "The agent whose key is used."
  } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const SOCIAL_UPVOTE_INPUT = {
  "type": "object",
  "required": ["id", "agent_id"],
  "properties": {
    "id": { "type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[A-Za-z0-9_.-]+$" },
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36, "description": "The agent whose key is used." }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const STOPS_CREATE_INPUT = {
  "type": "object",
  "required": ["scope", "reason"],
  "properties": {
    "scope": {
      "type": "string",
      "enum": ["agent", "tree", "workspace"],
      "title": "StopScope",
      "description": "An agent, a tree (a task without a parent and all tasks below it), or the whole workspace."
    },
    "id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The agent, or the first task of the tree. Not for the workspace."
    },
    "what": {
      "type": "array",
      "items": { "type": "string", "enum": ["starts", "running", "actions", "keys"], "title": "StopPart" },
      "minItems": 1,
      "maxItems": 4,
      "uniqueItems": true,
      "description": "starts: no claim and no start. running: heartbeats answer cancel_requested, and no lease is extended. actions: approvals wait, and no grant is used. keys: the keys of the agents are refused; not for a tree.",
      "default": ["starts", "running", "actions"]
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "drill": {
      "type": "boolean",
      "description": "Records what the stop would do, and stops nothing.",
      "default": false
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const STOPS_LIFT_INPUT = {
  "type": "object",
  "required": ["id", "reason"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "what": {
      "type": "array",
      "items": { "type": "string", "enum": ["starts", "running", "actions", "keys"], "title": "StopPart" },
      "minItems": 1,
      "maxItems": 4,
      "uniqueItems": true,
      "description": "Without it, all parts that are in force."
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_ACCEPT_LATE_INPUT = {
  "type": "object",
  "required": ["id", "event_id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "event_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "The id of the late_result event."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_ADD_EVENT_INPUT = {
  "type": "object",
  "required": ["id", "type"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "type": { "type": "string", "enum": ["progress", "tool_call", "tool_result"], "title": "ReportedType" },
    "payload": { "type": "object", "patternProperties": { "^.*$": {} } }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_ANSWER_INPUT = {
  "type": "object",
  "required": ["id", "answer"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "answer": { "type": "string", "minLength": 1, "maxLength": 10000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_ASSIGN_INPUT = {
  "type": "object",
  "required": ["id", "assigned_to_agent_id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "assigned_to_agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_BLOCK_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "reason": {
      "type": "string",
      "minLength": 1,
      "maxLength": 2000,
      "pattern": "\\S",
      "description": "The reason or the question. Required without wait."
    },
    "options": {
      "type": "array",
      "items": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" },
      "minItems": 1,
      "maxItems": 6,
      "uniqueItems": true,
      "description": "The answers that the agent suggests to the question in the reason."
    },
    "wait": { "type": "string", "enum": ["children"], "description": "The end for which the task waits." }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_CANCEL_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_CHANGE_DEPENDENCIES_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "drop": {
      "type": "array",
      "items": { "type": "string", "format": "uuid", "maxLength": 36 },
      "maxItems": 50,
      "uniqueItems": true,
      "description": "The task no longer waits for these tasks."
    },
    "add": {
      "type": "array",
      "items": { "type": "string", "format": "uuid", "maxLength": 36 },
      "maxItems": 50,
      "uniqueItems": true,
      "description": "The task waits for these tasks too."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_CLAIM_INPUT = {
  "type": "object",
  "properties": {
    "limit": { "type": "integer", "minimum": 1, "maximum": 50, "default": 1 },
    "wait_seconds": { "type": "integer", "minimum": 0, "maximum": 30, "default": 0 },
    "lease_seconds": { "type": "integer", "minimum": 5, "maximum": 3600, "default": 60 },
    "env": {
      "type": "boolean",
      "description": "Add env to each started task: variables for the process that works on the task.",
      "default": true
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_COMPLETE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "output": { "description": "Any JSON value of at most 262144 bytes, with numbers of at most 40 digits." },
    "detach": { "type": "boolean", "default": false }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_CREATE_INPUT = {
  "type": "object",
  "required": ["title"],
  "properties": {
    "title": { "type": "string", "minLength": 1, "maxLength": 500, "pattern": "\\S" },
    "assigned_to_agent_id": {
      "type": "string",
      "format": "uuid",
      "maxLength": 36,
      "description": "Give exactly one of assigned_to_agent_id, assigned_role and assigned_tags."
    },
    "assigned_role": {
      "type": "string",
      "enum": ["supervisor", "worker", "specialist"],
      "title": "TeamRoleName",
      "description": "Any agent with this role may claim the task."
    },
    "assigned_tags": {
      "type": "array",
      "items": { "type": "string", "minLength": 1, "maxLength": 50, "pattern": "\\S" },
      "title": "Tags",
      "maxItems": 20,
      "uniqueItems": true,
      "description": "An agent may claim a task for tags when it has all of them."
    },
    "input": { "description": "Any JSON value of at most 262144 bytes, with numbers of at most 40 digits." },
    "priority": { "type": "integer", "minimum": -1000000, "maximum": 1000000, "description": "Higher comes first." },
    "due_at": { "anyOf": [
      {
        "type": "string",
        "format": "date-time",
        "pattern": "^[12][0-9]{3}-",
        "maxLength": 40,
        "description": "ISO 8601, UTC."
      },
      { "type": "null" }
    ] },
    "parent_task_id": { "anyOf": [{ "type": "string", "format": "uuid", "maxLength": 36 }, { "type": "null" }] },
    "depends_on": {
      "type": "array",
      "items": { "type": "string", "format": "uuid", "maxLength": 36 },
      "maxItems": 50,
      "uniqueItems": true
    },
    "max_attempts": { "type": "integer", "minimum": 1, "maximum": 100, "default": 3 },
    "budget_usd": { "anyOf": [
      { "type": "number", "minimum": 0, "maximum": 1000000, "description": "US dollars." },
      { "type": "null" }
    ] },
    "estimated_cost_usd": { "anyOf": [
      { "type": "number", "minimum": 0, "maximum": 1000000, "description": "US dollars." },
      { "type": "null" }
    ] }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_ESCALATE_INPUT = {
  "type": "object",
  "required": ["id", "reason"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "deadline_seconds": {
      "type": "integer",
      "minimum": 10,
      "maximum": 604800,
      "description": "The task goes one level further up if no agent has begun it after this time."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_FAIL_INPUT = {
  "type": "object",
  "required": ["id", "reason"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "retryable": { "type": "boolean", "default": false },
    "code": {
      "type": "string",
      "enum": ["provider_quota", "provider_capacity"],
      "description": "The model provider refused the agent. The task is queued again and no attempt is used; the agent starts nothing until `until`, or uses `llm_config.fallback_model`."
    },
    "until": {
      "type": "string",
      "format": "date-time",
      "pattern": "^[12][0-9]{3}-",
      "maxLength": 40,
      "description": "With a code: when the provider serves again, at most 8 days. Without it, in an hour or in 2 minutes."
    },
    "output": { "description": "Any JSON value of at most 262144 bytes, with numbers of at most 40 digits." }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_HEARTBEAT_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "lease_seconds": {
      "type": "integer",
      "minimum": 5,
      "maximum": 3600,
      "description": "Without it, as long as before."
    },
    "progress": { "type": "object", "patternProperties": { "^.*$": {} } }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_RELEASE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "fence": {
      "type": "integer",
      "minimum": 1,
      "maximum": 2147483647,
      "description": "The number from the answer of start or claim. It proves that you still hold the task."
    },
    "reason": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_RETRY_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_START_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "lease_seconds": {
      "type": "integer",
      "minimum": 5,
      "maximum": 3600,
      "description": "Without it, an agent gets 60, over MCP 900, and a person gets no lease."
    },
    "env": {
      "type": "boolean",
      "description": "Add env to each started task: variables for the process that works on the task.",
      "default": true
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TASKS_UNDO_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TEAM_DELETE_ROLE_INPUT = {
  "type": "object",
  "required": ["agent_id"],
  "properties": {
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "confirm": {
      "type": "boolean",
      "description": "Change the role although agents report to this agent or work escalates to it."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TEAM_SET_ROLE_INPUT = {
  "type": "object",
  "required": ["agent_id"],
  "properties": {
    "agent_id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "role": { "type": "string", "enum": ["supervisor", "worker", "specialist"], "title": "TeamRoleName" },
    "can_assign_to_peers": {
      "type": "boolean",
      "description": "The agent may give work to agents that are not supervisors, if allow_peer_assignment is on."
    },
    "can_escalate_to_supervisor": {
      "type": "boolean",
      "description": "The agent may escalate its work to a supervisor."
    },
    "reports_to": { "anyOf": [
      {
        "type": "string",
        "format": "uuid",
        "maxLength": 36,
        "description": "The supervisor of the agent, who receives its escalated work."
      },
      { "type": "null" }
    ] },
    "confirm": {
      "type": "boolean",
      "description": "Change the role although agents report to this agent or work escalates to it."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const TEAM_SET_RULES_INPUT = {
  "type": "object",
  "properties": {
    "allow_peer_assignment": {
      "type": "boolean",
      "description": "Agents may give work to agents that are not supervisors."
    },
    "require_supervisor_for_tasks": {
      "type": "boolean",
      "description": "Agents may give each other work only if their roles and these rules allow this."
    },
    "default_supervisor_agent_id": { "anyOf": [
      {
        "type": "string",
        "format": "uuid",
        "maxLength": 36,
        "description": "Receives the escalated work of agents that have no supervisor."
      },
      { "type": "null" }
    ] },
    "agents_create_roots": {
      "type": "boolean",
      "description": "Agents may create tasks without a parent. Such a task never has a budget."
    },
    "agent_priority_max": {
      "type": "integer",
      "minimum": 0,
      "maximum": 1000000,
      "description": "The highest priority that agents may give to tasks. People may use any."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WEBHOOKS_CREATE_INPUT = {
  "type": "object",
  "required": ["url", "fact_types"],
  "properties": {
    "url": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "fact_types": {
      "type": "array",
      "items": {
        "type": "string",
        "maxLength": 100,
        "pattern": "^(\\*|[a-z_]+\\.(\\*|[a-z_]+))$",
        "description": "A type of fact, an area such as `task.*`, or `*`."
      },
      "minItems": 1,
      "maxItems": 50,
      "uniqueItems": true
    },
    "description": { "type": "string", "maxLength": 500, "default": "" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WEBHOOKS_DELETE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WEBHOOKS_REDELIVER_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WEBHOOKS_ROTATE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WEBHOOKS_SEND_TEST_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": { "id": { "type": "string", "format": "uuid", "maxLength": 36 } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WEBHOOKS_UPDATE_INPUT = {
  "type": "object",
  "required": ["id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "url": { "type": "string", "minLength": 1, "maxLength": 2000, "pattern": "\\S" },
    "fact_types": {
      "type": "array",
      "items": {
        "type": "string",
        "maxLength": 100,
        "pattern": "^(\\*|[a-z_]+\\.(\\*|[a-z_]+))$",
        "description": "A type of fact, an area such as `task.*`, or `*`."
      },
      "minItems": 1,
      "maxItems": 50,
      "uniqueItems": true
    },
    "description": { "type": "string", "maxLength": 500 },
    "is_enabled": {
      "type": "boolean",
      "description": "A disabled receiver gets no new facts. What waits for it is sent when it is enabled again."
    }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WORKSPACES_CREATE_INPUT = {
  "type": "object",
  "required": ["name"],
  "properties": { "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" } },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WORKSPACES_TRANSFER_INPUT = {
  "type": "object",
  "required": ["id", "user_id"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "user_id": { "type": "string", "format": "uuid", "maxLength": 36 }
  },
  "additionalProperties": false
} as const satisfies InputSchema;

export const WORKSPACES_UPDATE_INPUT = {
  "type": "object",
  "required": ["id", "name"],
  "properties": {
    "id": { "type": "string", "format": "uuid", "maxLength": 36 },
    "name": { "type": "string", "minLength": 1, "maxLength": 100, "pattern": "\\S" }
  },
  "additionalProperties": false
} as const satisfies InputSchema;
