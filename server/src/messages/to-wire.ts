/** Converts messages to their shape on the wire. */
import { copierOf } from "../kernel/db/columns.ts";
import { firstCharacters } from "../kernel/first-characters.ts";
import { replyState } from "./rules.ts";
import { CONTENT_SHOWN_MAX, type Message, type MessageRow, SHOWN_COLUMNS } from "./schema.ts";
import type { Outgoing } from "./store/send.ts";

const copyShown = copierOf<MessageRow, (typeof SHOWN_COLUMNS)[number]>(SHOWN_COLUMNS);

export function toWire(row: MessageRow): Message {
  return Object.assign(copyShown(row), { reply_state: replyState(row) });
}

/** Converts a message of a list, with the beginning of its content. */
export function toItem(row: MessageRow): Message {
  return toWire({ ...row, content: firstCharacters(row.content, CONTENT_SHOWN_MAX) });
}

/** Converts a new message, which is not delivered or answered yet. */
export function sentToWire(sent: Outgoing, createdAt: string): Message {
  // New fields come before the spread, where V8 adds them 20 times as fast as after it.
  return toWire({
    content_bytes: Buffer.byteLength(sent.content),
    replied_at: null,
    overdue_at: null,
    delivered_at: null,
    read_at: null,
    created_at: createdAt,
    ...sent,
  });
}
