import { query } from "../../kernel/operation.ts";
import { ListInput, MessagePage } from "../schema.ts";
import { listMessageRows } from "../store/list.ts";
import { readerOf } from "../store/readable.ts";
import { includedTitles } from "../titles.ts";
import { toItem } from "../to-wire.ts";

export const listMessages = query({
  name: "messages.list",
  summary: "Read messages of the workspace, newest first. Filter by task, thread, agent, words or missing answer.",
  description:
    "Without a filter, all messages are listed that you may read: direct messages of others only by owners and admins. task_id selects the messages about a task, thread_id one " +
    "conversation, agent_id the messages that an agent sent or received, awaiting_reply those without their requested answer. To " +
    "receive messages, use messages.inbox. Items have the first 500 characters; messages.get returns the whole text.",
  route: "GET /messages",
  permission: "messages:read",
  input: ListInput,
  output: MessagePage,
  problems: [],
  async run({ tx, actor }, input) {
    const { items, next_cursor } = await listMessageRows(tx, input, readerOf(actor));
    const titles = await includedTitles(tx, actor, input.include, items);
    return { items: items.map(toItem), next_cursor, ...titles };
  },
});
