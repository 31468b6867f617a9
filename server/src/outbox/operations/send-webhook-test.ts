import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { webhookTested } from "../facts.ts";
import { requireEnabled } from "../rules.ts";
import { Delivery } from "../schema.ts";
import { findRow } from "../store/rows.ts";
import { lockTarget } from "../store/targets.ts";
import { addTest } from "../targets.ts";
import { toWire } from "../to-wire.ts";

export const sendWebhookTest = command({
  name: "webhooks.send_test",
  summary: "Send a test to a webhook. Its deliveries show the result.",
  description: "The test is a fact of type webhook.tested. It is sent also where the webhook gets other types alone.",
  route: "POST /webhooks/{id}/test",
  permission: "webhooks:write",
  input: Fields({ id: Id }),
  output: Delivery,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { id }) {
    const target = await lockTarget(tx, "webhook", id);
    requireEnabled(target);
    const added = await addTest(tx, target, webhookTested.type, now);
    const row = await findRow(tx, added.id);
    if (!row) throw notFound("delivery", added.id);
    return changed(toWire(row), webhookTested(id, { delivery_id: row.id }, { id: row.fact_id }));
  },
});
