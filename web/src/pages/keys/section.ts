import { createRoute } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readKeysSearch } from "./search.ts";

const keysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/keys",
  validateSearch: readKeysSearch,
  component: lazyPart(() => import("./keys.tsx"), "KeysPage"),
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
