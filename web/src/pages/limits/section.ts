import { createRoute } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { LimitsSearch } from "./search.ts";

const limitsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/limits",
  validateSearch: (search: Record<string, unknown>): LimitsSearch => ({
    tab: oneOf(search.tab, ["events"]),
    create: oneOf(search.create, ["yes"]),
    agent_id: textOf(search.agent_id),
  }),
  component: lazyPart(() => import("./limits.tsx"), "LimitsPage"),
});

export const limitsSection = {
  group: "Governance",
  label: "Limits",
  icon: ShieldCheck,
  to: "/limits",
  keys: "g s",
  permission: "risk:read",
  routes: [limitsRoute],
} as const satisfies Section;
