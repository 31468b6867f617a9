import { createRoute } from "@tanstack/react-router";
import { Webhook } from "lucide-react";
import { oneOf, rootRoute } from "../../app/root-route.ts";
import type { Section } from "../../app/section.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import type { WebhooksSearch } from "./search.ts";

const webhooksRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/webhooks",
  validateSearch: (search: Record<string, unknown>): WebhooksSearch => ({ create: oneOf(search.create, ["yes"]) }),
  component: lazyPart(() => import("./webhooks.tsx"), "WebhooksPage"),
});

const webhookRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/webhooks/$id",
  component: lazyPart(() => import("./webhook.tsx"), "WebhookPage"),
});

export const webhooksSection = {
  group: "Integrations",
  label: "Webhooks",
  icon: Webhook,
  to: "/webhooks",
  keys: "g w",
  permission: "webhooks:read",
  routes: [webhooksRoute, webhookRoute],
} as const satisfies Section;
