import { uuidv7 } from "uuidv7";
import { changed, command } from "../../kernel/operation.ts";
import { newSigningSecret } from "../../kernel/outbound/signing.ts";
import { requireFeature } from "../../tiers/index.ts";
import { sealedAddress } from "../channel-address.ts";
import { channelCreated } from "../facts.ts";
import { CreatedChannel, NewChannel } from "../schema.ts";
import { targetBox } from "../secrets.ts";
import { insertTarget } from "../store/targets.ts";
import { followFromNow, newTarget, requireTargetRoom } from "../targets.ts";
import { channelToWire } from "../to-wire.ts";

export const createChannel = command({
  name: "channels.create",
  summary: "Send notices to people by email, to Slack or to a webhook. The secret of a webhook is shown only once.",
  route: "POST /obs/channels",
  status: 201,
  permission: "webhooks:write",
  answersSecret: true,
  input: NewChannel,
  output: CreatedChannel,
  problems: ["tier_limit", "conflict"],
  async run({ tx, now, env }, { kind, name, target, for: purposes }) {
    const id = uuidv7();
    const address = sealedAddress(kind, target, { workspace: tx.workspace, id, env });
    if (kind === "slack") await requireFeature(tx, "slack_notifications_enabled");
    await requireTargetRoom(tx, "channel");
    await followFromNow(tx, "channel");
    const { shown, sealed_address } = address;
    const secret = kind === "webhook" ? newSigningSecret() : undefined;
    const sealed = secret === undefined ? null : targetBox(env.secrets, tx.workspace, id).seal("sealed_secret", secret);
    const fields = { id, role: "channel", kind, name, shown, fact_types: [], purposes } as const;
    const made = newTarget({ ...fields, fact_types: [] }, now);
    const row = { ...made, sealed_address, sealed_secret: sealed };
    await insertTarget(tx, row);
    const output = { ...channelToWire(row), ...(secret !== undefined && { secret }) };
    return changed(output, channelCreated(id, { kind, name }));
  },
});
