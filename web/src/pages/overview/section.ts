import { createRoute } from "@tanstack/react-router";
import { LayoutDashboard } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/overview",
  component: lazyPart(() => import("./overview.tsx"), "OverviewPage"),
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
