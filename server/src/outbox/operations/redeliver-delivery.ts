import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { webhookRedelivered } from "../facts.ts";
import { requireRedeliverable } from "../rules.ts";
import { Delivery } from "../schema.ts";
import { findRow, lockRow, saveRow } from "../store/rows.ts";
import { saveTarget, tryLockTarget } from "../store/targets.ts";
import { toWire } from "../to-wire.ts";

export const redeliverDelivery = command({
  name: "webhooks.redeliver",
  summary: "Send a delivery that is dead or was delivered again, with the same webhook-id.",
  route: "POST /webhooks/deliveries/{id}/redeliver",
  permission: "webhooks:write",
  input: Fields({ id: Id }),
  output: Delivery,
  problems: ["not_found", "conflict"],
  async run({ tx, now }, { id }) {
    const found = await findRow(tx, id);
    if (!found) throw notFound("delivery", id);
    // Every change of a row holds its receiver first.
    const target = await tryLockTarget(tx, found.target_id);
    const row = await lockRow(tx, id);
    if (target?.role !== "webhook" || !row) throw notFound("delivery", id);
    requireRedeliverable(row, target);
    const again = {
      ...row,
      status: "pending",
      failures: 0,
      next_attempt_at: now.toISOString(),
      finished_at: null,
    } as const;
    await saveRow(tx, again);
    await saveTarget(tx, { ...target, pending: target.pending + 1 });
    const data = { delivery_id: id, fact_id: row.fact_id };
    return changed(toWire(again), webhookRedelivered(target.id, data));
  },
});
