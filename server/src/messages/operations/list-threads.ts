import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, pageOf } from "../../kernel/paging.ts";
import { type Thread, ThreadPage, ThreadsInput } from "../schema.ts";
import { readMessages } from "../store/list.ts";
import { readerOf } from "../store/readable.ts";
import { aboutThreads, listThreadRows } from "../store/threads.ts";
import { includedTitles } from "../titles.ts";
import { toItem } from "../to-wire.ts";

export const listThreads = query({
  name: "threads.list",
  summary: "List conversations with their last messages, the newest first.",
  description:
    "agent_id selects conversations in which that agent sent or received a message. To read a conversation, call " +
    "messages.list with thread_id.",
  route: "GET /threads",
  permission: "messages:read",
  input: ThreadsInput,
  output: ThreadPage,
  problems: [],
  async run({ tx, actor }, { agent_id, include, limit, cursor }) {
    const [before] = decodeCursor(cursor, [CURSOR.id]) ?? [];
    const by = readerOf(actor);
    const rows = await listThreadRows(tx, { member: agent_id, before, limit: limit + 1, by });
    const lastIds = rows.slice(0, limit).map(({ shown_message_id }) => shown_message_id);
    const last = new Map((await readMessages(tx, lastIds, by)).map((message) => [message.id, message]));
    const { items, next_cursor } = pageOf(rows.slice(0, last.size), rows.length > last.size, ({ last_message_id }) => [
      last_message_id,
    ]);
    const about = await aboutThreads(
      tx,
      items.map(({ id }) => id),
      by.id,
    );
    return {
      items: items.flatMap(({ id, kind, task_id, message_count, shown_message_id }): Thread[] => {
        const message = last.get(shown_message_id);
        if (!message) return [];
        const { participants = [], unread = 0 } = about.get(id) ?? {};
        const last_message = toItem(message);
        return [{ thread_id: id, task_id, kind, participants, last_message, message_count, unread_count: unread }];
      }),
      next_cursor,
      ...(await includedTitles(tx, actor, include, items)),
    };
  },
});
