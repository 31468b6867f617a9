import { changed, command } from "../../kernel/operation.ts";
import { newSigningSecret, SECRET_OVERLAP_MS } from "../../kernel/outbound/signing.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { webhookRotated } from "../facts.ts";
import { RotatedWebhook } from "../schema.ts";
import { targetBox } from "../secrets.ts";
import { lockTarget, saveTarget } from "../store/targets.ts";
import { webhookToWire } from "../to-wire.ts";

export const rotateWebhook = command({
  name: "webhooks.rotate",
  summary: "Give a webhook a new secret, which is shown only once. The old secret signs too for 24 hours.",
  route: "POST /webhooks/{id}/rotate",
  permission: "webhooks:write",
  pastQuota: "passes",
  answersSecret: true,
  input: Fields({ id: Id }),
  output: RotatedWebhook,
  problems: ["not_found"],
  async run({ tx, now, env }, { id }) {
    const before = await lockTarget(tx, "webhook", id);
    const secret = newSigningSecret();
    const previous_until = new Date(now.getTime() + SECRET_OVERLAP_MS).toISOString();
    const sealed_secret = targetBox(env.secrets, tx.workspace, id).seal("sealed_secret", secret);
    const after = { ...before, sealed_secret, sealed_previous: before.sealed_secret, previous_until };
    await saveTarget(tx, after);
    return changed({ ...webhookToWire(after), secret, previous_until }, webhookRotated(id, { previous_until }));
  },
});
