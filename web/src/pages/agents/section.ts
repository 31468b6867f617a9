import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";

export const AGENT_STATUSES = ["active", "paused", "archived"] as const;
export const AGENT_TYPES = ["direct", "websocket", "http_api", "marketplace"] as const;
export const AGENT_TABS = ["overview", "configuration", "revisions", "activity", "keys"] as const;

/** What the address says of one agent, on its page and beside the list. */
export interface AgentSearch {
  tab?: Exclude<(typeof AGENT_TABS)[number], "overview"> | undefined;
  /** The configuration is being changed. */
  edit?: "yes" | undefined;
  /** Two revisions beside each other: `3..5`. */
  compare?: string | undefined;
}

/** What the address says of the list. */
export interface AgentsSearch extends AgentSearch {
  status?: (typeof AGENT_STATUSES)[number] | undefined;
  agent_type?: (typeof AGENT_TYPES)[number] | undefined;
  q?: string | undefined;
  open?: string | undefined;
  create?: "yes" | "import" | undefined;
}

const agentSearch = (search: Record<string, unknown>): AgentSearch => ({
  tab: oneOf(search.tab, ["configuration", "revisions", "activity", "keys"]),
  edit: oneOf(search.edit, ["yes"]),
  compare: textOf(search.compare),
});

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/agents",
  validateSearch: (search: Record<string, unknown>): AgentsSearch => ({
    status: oneOf(search.status, AGENT_STATUSES),
    agent_type: oneOf(search.agent_type, AGENT_TYPES),
    q: textOf(search.q),
    open: textOf(search.open),
    create: oneOf(search.create, ["yes", "import"]),
    ...agentSearch(search),
  }),
  component: lazyRouteComponent(() => import("./agents.tsx"), "AgentsPage"),
});
const agentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/agents/$id",
  validateSearch: agentSearch,
  component: lazyRouteComponent(() => import("./agent.tsx"), "AgentPage"),
});

export const agentsSection = {
  group: "Agents",
  label: "Agents",
  icon: Bot,
  to: "/agents",
  keys: "g a",
  permission: "agents:read",
  routes: [listRoute, agentRoute],
} as const satisfies Section;
