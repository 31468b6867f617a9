import { createRoute } from "@tanstack/react-router";
import { Network } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readTeamSearch } from "./search.ts";

const teamRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/team",
  validateSearch: readTeamSearch,
  component: lazyPart(() => import("./team.tsx"), "TeamPage"),
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
