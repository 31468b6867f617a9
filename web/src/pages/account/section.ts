import { createRoute } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import { oneOf, rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";

/** The search parameters of the page. */
export interface AccountSearch {
  tab?: "sessions" | "workspaces" | "members" | "tier" | undefined;
}

const accountRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/account",
  validateSearch: (search: Record<string, unknown>): AccountSearch => ({
    tab: oneOf(search.tab, ["sessions", "workspaces", "members", "tier"]),
  }),
  component: lazyPart(() => import("./account.tsx"), "AccountPage"),
});

export const accountSection = {
  group: "Account",
  label: "Account",
  icon: UserRound,
  to: "/account",
  keys: "g u",
  permission: "auth:read",
  routes: [accountRoute],
} as const satisfies Section;
