/** What the log says of a message. Never what is in it. */
import type { Fact, Wakes } from "../kernel/operation.ts";
import { recipientOf } from "./rules.ts";
import type { Message } from "./schema.ts";

export function sentFact(message: Message): Fact {
  const { id, thread_id, task_id, in_reply_to, content } = message;
  const data = { thread_id, task_id, to: recipientOf(message), in_reply_to, bytes: Buffer.byteLength(content) };
  return {
    type: "message.sent",
    subject: { kind: "message", id },
    data,
    agent_id: message.from_agent_id ?? message.to_agent_id,
  };
}

export function overdueFact(message: Message, escalatedTo: string | null): Fact {
  const { id, thread_id, task_id, reply_by } = message;
  const data = { thread_id, task_id, to: recipientOf(message), reply_by, escalated_to: escalatedTo };
  return { type: "message.overdue", subject: { kind: "message", id }, data, agent_id: message.to_agent_id };
}

/** One for each call that changed something: a reader's marks, not the messages. */
export function readFact(owner: { kind: string; id: string }, read: number, upTo: string): Fact {
  return { type: "message.read", subject: owner, data: { read, up_to_message_id: upTo } };
}

/** Whose inbox got something. A message that is addressed to nobody goes to all of its thread. */
export function deliveredBy({ type, data }: Fact): Wakes {
  if (!type.startsWith("message.") || type === "message.read") return { owners: [], others: false };
  return typeof data?.to === "string" && type === "message.sent"
    ? { owners: [data.to], others: false }
    : { owners: [], others: true };
}
