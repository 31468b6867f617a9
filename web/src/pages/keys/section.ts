import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";

/** What the address says of the page. */
export interface KeysSearch {
  kind?: "agent" | "service" | undefined;
  status?: "usable" | "revoked" | "expired" | undefined;
  agent_id?: string | undefined;
  create?: "yes" | undefined;
}

const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/keys",
  validateSearch: (search: Record<string, unknown>): KeysSearch => ({
    kind: oneOf(search.kind, ["agent", "service"]),
    status: oneOf(search.status, ["usable", "revoked", "expired"]),
    agent_id: textOf(search.agent_id),
    create: oneOf(search.create, ["yes"]),
  }),
  component: lazyRouteComponent(() => import("./keys.tsx"), "KeysPage"),
});

export const keysSection = {
  group: "Integrations",
  label: "Keys",
  icon: KeyRound,
  to: "/keys",
  keys: "g k",
  permission: "keys:read",
  routes: [keysRoute],
} as const satisfies Section;
