import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { channelDeleted } from "../facts.ts";
import { Channel } from "../schema.ts";
import { deleteTarget, lockTarget } from "../store/targets.ts";
import { channelToWire } from "../to-wire.ts";

export const deleteChannel = command({
  name: "channels.delete",
  summary: "Delete a channel. Nothing more is sent to it, also what waits.",
  route: "POST /obs/channels/{id}/delete",
  permission: "webhooks:write",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Channel,
  problems: ["not_found"],
  async run({ tx, now }, { id }) {
    const row = await lockTarget(tx, "channel", id);
    await deleteTarget(tx, id, now);
    return changed(channelToWire(row), channelDeleted(id, { name: row.name }));
  },
});
