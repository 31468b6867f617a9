import { createRoute } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readAgentSearch, readAgentsSearch } from "./search.ts";

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/agents",
  validateSearch: readAgentsSearch,
  component: lazyPart(() => import("./agents.tsx"), "AgentsPage"),
});
const agentRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/agents/$id",
  validateSearch: readAgentSearch,
  component: lazyPart(() => import("./agent.tsx"), "AgentPage"),
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
