import { createRoute } from "@tanstack/react-router";
import { Octagon } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";

const stopsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stops",
  component: lazyPart(() => import("./stops.tsx"), "StopsPage"),
});

const stopRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/stops/$id",
  component: lazyPart(() => import("./stop.tsx"), "StopPage"),
});

export const stopsSection = {
  group: "Governance",
  label: "Stops",
  icon: Octagon,
  to: "/stops",
  keys: "g x",
  permission: "risk:read",
  routes: [stopsRoute, stopRoute],
} as const satisfies Section;
