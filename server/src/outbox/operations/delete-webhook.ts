import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { webhookDeleted } from "../facts.ts";
import { Webhook } from "../schema.ts";
import { deleteTarget, lockTarget } from "../store/targets.ts";
import { webhookToWire } from "../to-wire.ts";

export const deleteWebhook = command({
  name: "webhooks.delete",
  summary: "Delete a webhook with its deliveries. Nothing more is sent to it, also what waits.",
  route: "POST /webhooks/{id}/delete",
  permission: "webhooks:write",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Webhook,
  problems: ["not_found"],
  async run({ tx, now }, { id }) {
    const row = await lockTarget(tx, "webhook", id);
    await deleteTarget(tx, id, now);
    return changed(webhookToWire(row), webhookDeleted(id, { host: new URL(row.shown).host }));
  },
});
