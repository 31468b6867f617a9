/** How the fields of an agent are called and explained, in every form. */
import { TYPE_WORDS } from "../../domain/agents/agent-words.ts";

export const CONFIG_HINT = "A JSON object. A field named like a secret (api_key, token, password) is stored sealed.";

export const FIELD_LABELS = {
  avatar_emoji: "Emoji",
  avatar_url: "Picture (URL)",
  agent_type: "Type",
  max_running_tasks: "Tasks at once",
  connection_url: "Connection (URL)",
  llm_config: "Model (llm_config)",
  identity_config: "Identity (identity_config)",
  moltbook_config: "Moltbook (moltbook_config)",
  auth_config: "Authentication (auth_config)",
  is_default: "The default agent",
  is_featured: "Featured: first in the list",
} as const;

export const FIELD_WORDS = { agent_type: TYPE_WORDS };

export const FIELD_HINTS = {
  avatar_emoji: "One sign; 🤖 unless you choose another.",
  max_running_tasks: "Empty: any number.",
  connection_url: "Where the agent is reached, for those that are not direct.",
  is_default: "There is one at most; it takes the place of the one there is.",
} as const;
