/** Labels and hints for the fields of an agent, in every form. */
import { TYPE_WORDS } from "../../domain/agents/agent-words.ts";

export const CONFIG_HINT = "A JSON object. A field named like a secret (api_key, token, password) is stored encrypted.";

/** The fields that hold JSON objects. */
export const CONFIG_FIELDS = ["llm_config", "identity_config", "moltbook_config", "auth_config"] as const;

export const FIELD_LABELS = {
  avatar_emoji: "Emoji",
  avatar_url: "Picture (URL)",
  agent_type: "Type",
  max_running_tasks: "Tasks at once",
  default_estimated_cost_usd: "A start costs (USD)",
  connection_url: "Connection (URL)",
  delivery: "Delivery of tasks",
  llm_config: "Model (llm_config)",
  identity_config: "Identity (identity_config)",
  moltbook_config: "Moltbook (moltbook_config)",
  auth_config: "Authentication (auth_config)",
  is_default: "Default agent",
  is_featured: "Featured: first in the list",
} as const;

export const DELIVERY_WORDS = { pull: "The agent claims them", push: "The server sends them" } as const;
export const FIELD_WORDS = { agent_type: TYPE_WORDS, delivery: DELIVERY_WORDS };

export const FIELD_HINTS = {
  avatar_emoji: "One character. Default: 🤖.",
  max_running_tasks: "Leave empty for no limit.",
  default_estimated_cost_usd: "Caps reserve it for a task without an estimate. Empty: as much as its last attempts.",
  tags: "The agent may claim tasks for these tags. Separate them with commas or spaces.",
  connection_url: "The address of the agent, unless its type is direct.",
  delivery: "To send tasks, the type must be HTTP and the connection set. The secret that signs them is shown once.",
  is_default: "At most one agent is the default. This agent replaces the current one.",
} as const;
