import { changed, command, unchanged } from "../../kernel/operation.ts";
import { webhookUpdated } from "../facts.ts";
import { Webhook, WebhookChange } from "../schema.ts";
import { lockTarget, saveTarget } from "../store/targets.ts";
import { followFromNow, requireUrl, switched } from "../targets.ts";
import { webhookToWire } from "../to-wire.ts";

export const updateWebhook = command({
  name: "webhooks.update",
  summary: "Change the address, the types of facts or the description of a webhook, or enable or disable it.",
  route: "POST /webhooks/{id}",
  permission: "webhooks:write",
  pastQuota: "passes",
  input: WebhookChange,
  output: Webhook,
  problems: ["not_found"],
  async run({ tx, now, env }, { id, url, fact_types, description, is_enabled }) {
    if (url !== undefined) requireUrl("/url", url, { env });
    if (is_enabled) await followFromNow(tx, "webhook");
    const before = await lockTarget(tx, "webhook", id);
    const given = { url, fact_types, description, is_enabled };
    const present = { url: before.shown, fact_types: before.fact_types, description: before.name };
    const now_is = { ...present, is_enabled: before.is_enabled };
    const changed_fields = (Object.keys(given) as (keyof typeof given)[]).filter(
      (name) => given[name] !== undefined && JSON.stringify(given[name]) !== JSON.stringify(now_is[name]),
    );
    if (changed_fields.length === 0) return unchanged(webhookToWire(before));
    const fields = { shown: url ?? before.shown, fact_types: fact_types ?? before.fact_types };
    const after = { ...switched(before, is_enabled, now), ...fields, name: description ?? before.name };
    await saveTarget(tx, after);
    return changed(webhookToWire(after), webhookUpdated(id, { changed_fields }));
  },
});
