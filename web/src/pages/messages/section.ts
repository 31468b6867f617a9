import { createRoute } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { rootRoute, textOf } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { type MessagesSearch, readMessagesSearch } from "./search.ts";

const threadsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/messages",
  validateSearch: readMessagesSearch,
  component: lazyPart(() => import("./messages.tsx"), "MessagesPage"),
});
const threadRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/messages/$id",
  validateSearch: (search: Record<string, unknown>): Pick<MessagesSearch, "message"> => ({
    message: textOf(search.message),
  }),
  component: lazyPart(() => import("./thread.tsx"), "ThreadPage"),
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
