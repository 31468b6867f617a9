/** The facts of messages. No fact contains the text of a message. */
import Type from "typebox";
import { type Fact, factType } from "../kernel/facts/fact.ts";
import type { Wakes } from "../kernel/operation.ts";
import { Fields, Id, Nullable, Time } from "../kernel/schema.ts";
import { recipientOf } from "./rules.ts";
import type { Message } from "./schema.ts";

const PLACE = { thread_id: Id, task_id: Nullable(Id) };
const to = Nullable(Type.String({ ...Id, description: "The addressed agent or person." }));

const messageSent = factType({
  type: "message.sent",
  subject: "message",
  meaning: "A message was sent.",
  data: Fields({ ...PLACE, to, in_reply_to: Nullable(Id), bytes: Type.Integer() }),
});

const messageOverdue = factType({
  type: "message.overdue",
  subject: "message",
  meaning: "A message was not answered in time.",
  data: Fields({ ...PLACE, to, reply_by: Nullable(Time), escalated_to: Nullable(Id) }),
});

/** One fact for each call that changed something. Its subject is the reader. */
export const messagesRead = factType({
  type: "message.read",
  subject: ["agent", "user"],
  meaning: "An agent or a person marked messages as read.",
  data: Fields({ read: Type.Integer({ description: "The number of messages." }), up_to_message_id: Id }),
});

export const MESSAGE_FACTS = [messageSent, messageOverdue, messagesRead] as const;

export function sentFact(message: Message): Fact {
  const { id, thread_id, task_id, in_reply_to, content_bytes: bytes } = message;
  const data = { thread_id, task_id, to: recipientOf(message), in_reply_to, bytes };
  return messageSent(id, data, { agent_id: message.from_agent_id ?? message.to_agent_id });
}

type Overdue = Pick<Message, "id" | "thread_id" | "task_id" | "reply_by" | "to_agent_id" | "to_user_id">;

export function overdueFact(message: Overdue, escalatedTo: string | null): Fact {
  const { id, thread_id, task_id, reply_by } = message;
  const data = { thread_id, task_id, to: recipientOf(message), reply_by, escalated_to: escalatedTo };
  return messageOverdue(id, data, { agent_id: message.to_agent_id });
}

/** Returns the owners whose inbox got a message. A message without an addressee goes to all members of its thread. */
export function deliveredBy({ type, data }: Fact): Wakes {
  if (!type.startsWith("message.") || type === "message.read") return { owners: [], others: false };
  return typeof data.to === "string" && type === "message.sent"
    ? { owners: [data.to], others: false }
    : { owners: [], others: true };
}
