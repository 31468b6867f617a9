import { createRoute } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import { rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { useInboxCount } from "./use-inbox.ts";

/** The search parameters of the page. */
export interface InboxSearch {
  open?: string | undefined;
  /** Everything without it. */
  whose?: "mine" | "blocked" | "waiting" | "snoozed" | undefined;
}

const WHOSE = ["mine", "blocked", "waiting", "snoozed"] as const;

const inboxRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/inbox",
  validateSearch: (search: Record<string, unknown>): InboxSearch => ({
    open: textOf(search.open),
    whose: WHOSE.find((one) => one === search.whose),
  }),
  component: lazyPart(() => import("./inbox.tsx"), "InboxPage"),
});

export const inboxSection = {
  group: "Home",
  label: "Inbox",
  icon: Inbox,
  to: "/inbox",
  keys: "g i",
  permission: "tasks:read",
  useCount: useInboxCount,
  routes: [inboxRoute],
} as const satisfies Section;
