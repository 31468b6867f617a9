import { createRoute } from "@tanstack/react-router";
import { Cable } from "lucide-react";
import { oneOf, rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { ConnectionsSearch } from "./search.ts";

const connectionsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connections",
  validateSearch: (search: Record<string, unknown>): ConnectionsSearch => ({ create: oneOf(search.create, ["yes"]) }),
  component: lazyPart(() => import("./connections.tsx"), "ConnectionsPage"),
});

const connectionRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/connections/$id",
  component: lazyPart(() => import("./connection.tsx"), "ConnectionPage"),
});

export const connectionsSection = {
  group: "Integrations",
  label: "Connections",
  icon: Cable,
  to: "/connections",
  keys: "g v",
  permission: "connections:read",
  routes: [connectionsRoute, connectionRoute],
} as const satisfies Section;
