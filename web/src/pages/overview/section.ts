import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { LayoutDashboard } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { readOverviewSearch } from "./search.ts";

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/overview",
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import("./overview.tsx"), "OverviewPage"),
});

export const overviewSection = {
  group: "Home",
  label: "Overview",
  icon: LayoutDashboard,
  to: "/overview",
  keys: "g o",
  permission: "tasks:read",
  routes: [overviewRoute],
} as const satisfies Section;
