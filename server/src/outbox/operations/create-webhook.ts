import { uuidv7 } from "uuidv7";
import { changed, command } from "../../kernel/operation.ts";
import { newSigningSecret } from "../../kernel/outbound/signing.ts";
import { webhookCreated } from "../facts.ts";
import { NewWebhook, WebhookWithSecret } from "../schema.ts";
import { targetBox } from "../secrets.ts";
import { insertTarget } from "../store/targets.ts";
import { followFromNow, newTarget, requireTargetRoom, requireUrl } from "../targets.ts";
import { webhookToWire } from "../to-wire.ts";

export const createWebhook = command({
  name: "webhooks.create",
  summary: "Send facts of these types to an address from now on. The secret that signs them is shown only once.",
  description:
    "Each delivery is a POST with the headers webhook-id, webhook-timestamp and webhook-signature (Standard Webhooks) " +
    "and the body {type, timestamp, data: fact}. An answer of 2xx delivers it. Otherwise it is sent again after 5 s, " +
    "30 s, 2 min, 10 min, 1 h and 4 h, with the same webhook-id. Facts of one subject arrive in their order.",
  route: "POST /webhooks",
  status: 201,
  permission: "webhooks:write",
  answersSecret: true,
  input: NewWebhook,
  output: WebhookWithSecret,
  problems: ["conflict"],
  async run({ tx, now, env }, { url, fact_types, description }) {
    requireUrl("/url", url, { env });
    await requireTargetRoom(tx, "webhook");
    await followFromNow(tx, "webhook");
    const id = uuidv7();
    const secret = newSigningSecret();
    const fields = {
      id,
      role: "webhook",
      kind: "webhook",
      name: description,
      shown: url,
      fact_types,
      purposes: [],
    } as const;
    const sealed_secret = targetBox(env.secrets, tx.workspace, id).seal("sealed_secret", secret);
    const row = { ...newTarget({ ...fields, purposes: [] }, now), sealed_secret };
    await insertTarget(tx, row);
    const { host } = new URL(url);
    return changed({ ...webhookToWire(row), secret }, webhookCreated(id, { host, fact_types }));
  },
});
