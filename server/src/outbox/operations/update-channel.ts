import { changed, command, unchanged } from "../../kernel/operation.ts";
import { requireFeature } from "../../tiers/index.ts";
import { sealedAddress } from "../channel-address.ts";
import { channelUpdated } from "../facts.ts";
import { Channel, ChannelChange } from "../schema.ts";
import { getTarget, lockTarget, saveTarget } from "../store/targets.ts";
import { followFromNow, switched } from "../targets.ts";
import { channelToWire } from "../to-wire.ts";

export const updateChannel = command({
  name: "channels.update",
  summary: "Change the name, the address or the purposes of a channel, or enable or disable it.",
  route: "POST /obs/channels/{id}",
  permission: "webhooks:write",
  pastQuota: "passes",
  input: ChannelChange,
  output: Channel,
  problems: ["not_found", "tier_limit"],
  async run({ tx, now, env }, { id, name, target, for: purposes, is_enabled }) {
    const { kind } = await getTarget(tx, "channel", id);
    const at = { workspace: tx.workspace, id, env };
    const address = target === undefined ? undefined : sealedAddress(kind, target, at);
    if (is_enabled && kind === "slack") await requireFeature(tx, "slack_notifications_enabled");
    if (is_enabled) await followFromNow(tx, "channel");
    const before = await lockTarget(tx, "channel", id);
    const fields = {
      name: name !== undefined && name !== before.name,
      target: address !== undefined,
      for: purposes !== undefined && purposes.join() !== before.purposes.join(),
      is_enabled: is_enabled !== undefined && is_enabled !== before.is_enabled,
    };
    const changed_fields = Object.entries(fields).flatMap(([field, isOther]) => (isOther ? [field] : []));
    if (changed_fields.length === 0) return unchanged(channelToWire(before));
    const named = { name: name ?? before.name, purposes: purposes ?? before.purposes };
    const after = { ...switched(before, is_enabled, now), ...named, ...address };
    await saveTarget(tx, after);
    return changed(channelToWire(after), channelUpdated(id, { changed_fields }));
  },
});
