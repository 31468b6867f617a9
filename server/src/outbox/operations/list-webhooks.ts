import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { WebhookPage } from "../schema.ts";
import { listTargets } from "../store/targets.ts";
import { webhookToWire } from "../to-wire.ts";

export const listWebhooks = query({
  name: "webhooks.list",
  summary: "List the webhooks of the workspace, newest first. Their secrets are never shown again.",
  route: "GET /webhooks",
  permission: "webhooks:read",
  input: Fields(PageInput),
  output: WebhookPage,
  problems: [],
  async run({ tx }, page) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before] = []) => listTargets(tx, "webhook", before),
      key: ({ id }) => [id],
    });
    return { items: items.map(webhookToWire), next_cursor };
  },
});
