import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { ChannelPage } from "../schema.ts";
import { listTargets } from "../store/targets.ts";
import { channelToWire } from "../to-wire.ts";

export const listChannels = query({
  name: "channels.list",
  summary: "List the channels to people, newest first. Their addresses are masked.",
  route: "GET /obs/channels",
  permission: "webhooks:read",
  input: Fields(PageInput),
  output: ChannelPage,
  problems: [],
  async run({ tx }, page) {
    const { items, next_cursor } = await listPage(tx, page, {
      shapes: [CURSOR.id],
      rows: ([before] = []) => listTargets(tx, "channel", before),
      key: ({ id }) => [id],
    });
    return { items: items.map(channelToWire), next_cursor };
  },
});
