import { query } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Webhook } from "../schema.ts";
import { getTarget } from "../store/targets.ts";
import { webhookToWire } from "../to-wire.ts";

export const getWebhook = query({
  name: "webhooks.get",
  summary: "Read one webhook.",
  route: "GET /webhooks/{id}",
  permission: "webhooks:read",
  input: Fields({ id: Id }),
  output: Webhook,
  problems: ["not_found"],
  run: async ({ tx }, { id }) => webhookToWire(await getTarget(tx, "webhook", id)),
});
