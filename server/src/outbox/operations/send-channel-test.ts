import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { requireFeature } from "../../tiers/index.ts";
import { channelTested } from "../facts.ts";
import { requireEnabled } from "../rules.ts";
import { Channel } from "../schema.ts";
import { getTarget, lockTarget } from "../store/targets.ts";
import { addTest } from "../targets.ts";
import { channelToWire } from "../to-wire.ts";

export const sendChannelTest = command({
  name: "channels.send_test",
  summary: "Send a test to a channel. Its last_delivered_at or last_error shows the result.",
  route: "POST /obs/channels/{id}/test",
  permission: "webhooks:write",
  input: Fields({ id: Id }),
  output: Channel,
  problems: ["not_found", "conflict", "tier_limit"],
  async run({ tx, now }, { id }) {
    const { kind } = await getTarget(tx, "channel", id);
    if (kind === "slack") await requireFeature(tx, "slack_notifications_enabled");
    const target = await lockTarget(tx, "channel", id);
    requireEnabled(target);
    const { fact_id } = await addTest(tx, target, channelTested.type, now);
    const after = { ...target, pending: target.pending + 1 };
    return changed(channelToWire(after), channelTested(id, { name: target.name }, { id: fact_id }));
  },
});
