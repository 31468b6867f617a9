import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { oneOf, rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";

/** What the address says of the page. */
export interface MessagesSearch {
  agent_id?: string | undefined;
  q?: string | undefined;
  awaiting?: "yes" | undefined;
  open?: string | undefined;
  /** The message of what is open to begin at. */
  message?: string | undefined;
  write?: "yes" | undefined;
  to_agent_id?: string | undefined;
}

const threadsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/messages",
  validateSearch: (search: Record<string, unknown>): MessagesSearch => ({
    agent_id: textOf(search.agent_id),
    q: textOf(search.q),
    awaiting: oneOf(search.awaiting, ["yes"]),
    open: textOf(search.open),
    message: textOf(search.message),
    write: oneOf(search.write, ["yes"]),
    to_agent_id: textOf(search.to_agent_id),
  }),
  component: lazyRouteComponent(() => import("./messages.tsx"), "MessagesPage"),
});
const threadRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/messages/$id",
  validateSearch: (search: Record<string, unknown>): Pick<MessagesSearch, "message"> => ({
    message: textOf(search.message),
  }),
  component: lazyRouteComponent(() => import("./thread.tsx"), "ThreadPage"),
});

export const messagesSection = {
  group: "Workbench",
  label: "Messages",
  icon: MessagesSquare,
  to: "/messages",
  keys: "g m",
  permission: "messages:read",
  routes: [threadsRoute, threadRoute],
} as const satisfies Section;
