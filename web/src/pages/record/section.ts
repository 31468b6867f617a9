import { createRoute } from "@tanstack/react-router";
import { ScrollText } from "lucide-react";
import { rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { readRecordSearch } from "./search.ts";

const recordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/record",
  validateSearch: readRecordSearch,
  component: lazyPart(() => import("./record.tsx"), "RecordPage"),
});
const factRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/record/$id",
  component: lazyPart(() => import("./fact.tsx"), "FactPage"),
});

export const recordSection = {
  group: "Governance",
  label: "Record",
  icon: ScrollText,
  to: "/record",
  keys: "g f",
  permission: "audit:read",
  routes: [recordRoute, factRoute],
} as const satisfies Section;
