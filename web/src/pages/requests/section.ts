import { createRoute } from "@tanstack/react-router";
import { Scale } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { RequestsSearch } from "./search.ts";

const requestsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/requests",
  validateSearch: (search: Record<string, unknown>): RequestsSearch => ({
    tab: oneOf(search.tab, ["decided", "grants"]),
    open: textOf(search.open),
  }),
  component: lazyPart(() => import("./requests.tsx"), "RequestsPage"),
});

const requestRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/requests/$id",
  component: lazyPart(() => import("./request.tsx"), "RequestPage"),
});

export const requestsSection = {
  group: "Governance",
  label: "Requests",
  icon: Scale,
  to: "/requests",
  keys: "g q",
  permission: "governance:read",
  routes: [requestsRoute, requestRoute],
} as const satisfies Section;
