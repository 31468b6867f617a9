import { createRoute } from "@tanstack/react-router";
import { BellRing } from "lucide-react";
import { oneOf, rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { AlertsSearch } from "./search.ts";

const alertsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/alerts",
  validateSearch: (search: Record<string, unknown>): AlertsSearch => ({
    tab: oneOf(search.tab, ["rules", "channels"]),
    create: oneOf(search.create, ["yes"]),
  }),
  component: lazyPart(() => import("./alerts.tsx"), "AlertsPage"),
});

export const alertsSection = {
  group: "Observability",
  label: "Alerts",
  icon: BellRing,
  to: "/alerts",
  keys: "g n",
  permission: "alerts:read",
  routes: [alertsRoute],
} as const satisfies Section;
