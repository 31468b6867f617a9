/** The search parameters of the pages of agents. */
import { AGENT_STATUSES, AGENT_TYPES, type AgentStatus, type AgentType } from "@bailiwick/sdk";
import { oneOf, textOf } from "../../app/root-route.ts";

export const AGENT_TABS = ["overview", "configuration", "revisions", "activity", "keys"] as const;

/** The search parameters of one agent, on its page and in the panel. */
export interface AgentSearch {
  tab?: Exclude<(typeof AGENT_TABS)[number], "overview"> | undefined;
  /** The form of the configuration is open. */
  edit?: "yes" | undefined;
  /** Two compared revisions: `3..5`. */
  compare?: string | undefined;
}

/** The search parameters of the list. */
export interface AgentsSearch extends AgentSearch {
  status?: AgentStatus | undefined;
  agent_type?: AgentType | undefined;
  q?: string | undefined;
  open?: string | undefined;
  create?: "yes" | "import" | undefined;
}

export const readAgentSearch = (search: Record<string, unknown>): AgentSearch => ({
  tab: oneOf(search.tab, ["configuration", "revisions", "activity", "keys"]),
  edit: oneOf(search.edit, ["yes"]),
  compare: textOf(search.compare),
});

export const readAgentsSearch = (search: Record<string, unknown>): AgentsSearch => ({
  status: oneOf(search.status, AGENT_STATUSES),
  agent_type: oneOf(search.agent_type, AGENT_TYPES),
  q: textOf(search.q),
  open: textOf(search.open),
  create: oneOf(search.create, ["yes", "import"]),
  ...readAgentSearch(search),
});
