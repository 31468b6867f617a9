import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Network } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";

/** What the address says of the page. */
export interface TeamSearch {
  q?: string | undefined;
  /** As chosen; without, whichever fits. */
  view?: "chart" | "list" | undefined;
  /** Where there is no room for all of it: what is shown instead of the chart. */
  show?: "unassigned" | "rules" | undefined;
}

const teamRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/team",
  validateSearch: (search: Record<string, unknown>): TeamSearch => ({
    q: textOf(search.q),
    view: oneOf(search.view, ["chart", "list"]),
    show: oneOf(search.show, ["unassigned", "rules"]),
  }),
  component: lazyRouteComponent(() => import("./team.tsx"), "TeamPage"),
});

export const teamSection = {
  group: "Agents",
  label: "Team",
  icon: Network,
  to: "/team",
  keys: "g e",
  permission: "team:read",
  routes: [teamRoute],
} as const satisfies Section;
