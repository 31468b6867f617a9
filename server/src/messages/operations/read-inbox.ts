import { query } from "../../kernel/operation.ts";
import { CURSOR, decodeCursor, encodeCursor } from "../../kernel/paging.ts";
import { deliveredBy } from "../facts.ts";
import { requireInbox } from "../rules.ts";
import { Inbox, InboxInput } from "../schema.ts";
import { mailboxMarks, readMailbox, saveDelivered } from "../store/inbox.ts";
import { readMessages } from "../store/list.ts";
import { toItem } from "../to-wire.ts";

export const readInbox = query({
  name: "messages.inbox",
  summary: "Read the messages sent to you, oldest first; with wait_seconds, wait until one arrives.",
  description:
    "To follow your inbox, call again with the next_cursor of the last answer: you get each message exactly once. To " +
    "continue later, call with unread true, and mark handled messages with messages.mark_read. Items have the first 500 " +
    "characters, and content_bytes of the whole text; messages.get returns all of it.",
  route: "GET /messages/inbox",
  permission: "messages:read",
  input: InboxInput,
  output: Inbox,
  problems: ["forbidden"],
  poll: {
    seconds: (input) => input.wait_seconds,
    isEmpty: (output) => output.items.length === 0,
    wakes: deliveredBy,
    marks: mailboxMarks,
  },
  async run({ tx, actor, afterwards }, { unread, limit, cursor }) {
    const owner = requireInbox(actor);
    const [after = "0"] = decodeCursor(cursor, [CURSOR.integer]) ?? [];
    const found = await readMailbox(tx, { owner, after, unreadOnly: unread, limit });
    const rows = await readMessages(
      tx,
      found.items.map(({ message_id }) => message_id),
      { id: owner, readsAll: true },
      owner,
    );
    // Messages beyond the bytes of a page come with the next page.
    const shown = found.items.slice(0, rows.length);
    const fresh = shown.filter((_, index) => rows[index]?.delivered_at === null).map(({ position }) => position);
    const { now } = tx;
    if (fresh.length > 0) afterwards((write) => saveDelivered(write, owner, fresh, now));
    return {
      items: rows.map((row) => toItem({ ...row, delivered_at: row.delivered_at ?? now.toISOString() })),
      next_cursor: encodeCursor([shown.at(-1)?.position.toString() ?? after]),
      unread_count: found.unread,
    };
  },
});
