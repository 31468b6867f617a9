import { createRoute } from "@tanstack/react-router";
import { Activity, Coins, HeartPulse, Tag, Waypoints } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readCostsSearch } from "./cost-range.ts";
import { readLiveSearch, readPricesSearch, readRunsSearch } from "./search.ts";

const liveRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/live",
  validateSearch: readLiveSearch,
  component: lazyPart(() => import("./live.tsx"), "LivePage"),
});
const eventRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/live/$id",
  component: lazyPart(() => import("./event.tsx"), "EventPage"),
});
const runsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs",
  validateSearch: readRunsSearch,
  component: lazyPart(() => import("./runs.tsx"), "RunsPage"),
});
const runRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/runs/$id",
  component: lazyPart(() => import("./run.tsx"), "RunPage"),
});

const costsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/costs",
  validateSearch: readCostsSearch,
  component: lazyPart(() => import("./costs.tsx"), "CostsPage"),
});
const healthRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/health",
  component: lazyPart(() => import("./health.tsx"), "HealthPage"),
});

const pricesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/prices",
  validateSearch: readPricesSearch,
  component: lazyPart(() => import("./prices.tsx"), "PricesPage"),
});

const OBSERVABILITY = { group: "Observability", permission: "obs:read" } as const;

export const liveSection = {
  ...OBSERVABILITY,
  label: "Live events",
  icon: Activity,
  to: "/live",
  keys: "g l",
  routes: [liveRoute, eventRoute],
} as const satisfies Section;

export const runsSection = {
  ...OBSERVABILITY,
  label: "Runs",
  icon: Waypoints,
  to: "/runs",
  keys: "g r",
  routes: [runsRoute, runRoute],
} as const satisfies Section;

export const costsSection = {
  ...OBSERVABILITY,
  label: "Costs",
  icon: Coins,
  to: "/costs",
  keys: "g c",
  routes: [costsRoute],
} as const satisfies Section;

export const healthSection = {
  ...OBSERVABILITY,
  label: "Health",
  icon: HeartPulse,
  to: "/health",
  keys: "g h",
  routes: [healthRoute],
} as const satisfies Section;

export const pricesSection = {
  ...OBSERVABILITY,
  label: "Prices",
  icon: Tag,
  to: "/prices",
  keys: "g p",
  routes: [pricesRoute],
} as const satisfies Section;
