import { createRoute } from "@tanstack/react-router";
import { Send } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { ActionsSearch, RulesSearch } from "./search.ts";

const actionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/actions",
  validateSearch: (search: Record<string, unknown>): ActionsSearch => ({
    status: textOf(search.status),
    agent_id: textOf(search.agent_id),
    action_type: textOf(search.action_type),
    task_id: textOf(search.task_id),
    open: textOf(search.open),
  }),
  component: lazyPart(() => import("./actions.tsx"), "ActionsPage"),
});

const rulesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/actions/rules",
  validateSearch: (search: Record<string, unknown>): RulesSearch => ({ create: oneOf(search.create, ["yes"]) }),
  component: lazyPart(() => import("./rules.tsx"), "RulesPage"),
});

const gateRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/actions/gate",
  validateSearch: (search: Record<string, unknown>): RulesSearch => ({ create: oneOf(search.create, ["yes"]) }),
  component: lazyPart(() => import("./gate.tsx"), "GatePage"),
});

const actionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/actions/$id",
  component: lazyPart(() => import("./action.tsx"), "ActionPage"),
});

export const actionsSection = {
  group: "Workbench",
  label: "Actions",
  icon: Send,
  to: "/actions",
  keys: "g d",
  permission: "actions:read",
  routes: [actionsRoute, rulesRoute, gateRoute, actionRoute],
} as const satisfies Section;
