/** Converts messages to their shape on the wire. */
import { replyState } from "./rules.ts";
import type { Message } from "./schema.ts";
import type { MessageRow } from "./store/list.ts";
import type { Outgoing } from "./store/send.ts";

export function presentMessage(row: MessageRow): Message {
  return {
    id: row.id,
    role: row.role,
    content: row.content,
    from_agent_id: row.from_agent_id,
    from_user_id: row.from_user_id,
    to_agent_id: row.to_agent_id,
    to_user_id: row.to_user_id,
    task_id: row.task_id,
    thread_id: row.thread_id,
    in_reply_to: row.in_reply_to,
    reply_by: row.reply_by,
    replied_at: row.replied_at,
    reply_state: replyState(row),
    created_at: row.created_at,
    delivered_at: row.delivered_at,
    read_at: row.read_at,
  };
}

/** Converts a new message, which is not delivered or answered yet. */
export function presentSent(sent: Outgoing, createdAt: string): Message {
  const noEventYet = { replied_at: null, overdue_at: null, delivered_at: null, read_at: null };
  return presentMessage({ ...sent, ...noEventYet, created_at: createdAt });
}
