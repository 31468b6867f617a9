/** The shapes of messages, threads and inboxes as the outside sees them. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, Page, PageInput, Text, Time } from "../kernel/schema.ts";

/** Bytes of UTF-8. */
export const CONTENT_BYTES_MAX = 65_536;
export const WAIT_SECONDS_MAX = 30;
/** How far ahead an answer may be asked for. Milliseconds. */
export const REPLY_WITHIN_MS_MAX = 30 * 86_400_000;
/** Messages that one call names as read. */
export const READ_IDS_MAX = 200;
/** Messages that one call reads up to a place. */
export const READ_UP_TO_MAX = 10_000;
/** Others who get a message that is addressed to nobody. */
export const RECIPIENTS_MAX = 200;
export const PARTICIPANTS_SHOWN = 20;
/** After so long without messages, agents may write to each other again. */
export const SILENCE_MS = 3_600_000;
/** Messages of an agent to one person that this person neither answered nor read the last of. */
export const UNANSWERED_MAX = 20;
/** Answers that one sender waits for. */
export const OBLIGATIONS_MAX = 50;
const QUERY_LENGTH_MAX = 200;

const ROLES = ["agent", "user", "system"] as const;
export type MessageRole = (typeof ROLES)[number];
const REPLY_STATES = ["none", "open", "answered", "overdue"] as const;
export type ReplyState = (typeof REPLY_STATES)[number];
const KINDS = ["task", "free", "direct"] as const;
export type ThreadKind = (typeof KINDS)[number];

export const SendInput = Fields({
  content: Text(CONTENT_BYTES_MAX, { description: `What you say. At most ${CONTENT_BYTES_MAX} bytes of UTF-8.` }),
  to_agent_id: Type.Optional(Type.String({ ...Id, description: "The agent it is addressed to." })),
  to_user_id: Type.Optional(
    Type.String({ ...Id, description: "The person it is addressed to; not with to_agent_id." }),
  ),
  task_id: Type.Optional(Type.String({ ...Id, description: "The task it is about." })),
  thread_id: Type.Optional(
    Type.String({ ...Id, description: "The conversation it belongs to. A new UUID of yours begins a new one." }),
  ),
  reply_by: Type.Optional(
    Type.String({ ...Time, description: "Asks the recipient for an answer by then, at most 30 days ahead." }),
  ),
  in_reply_to: Type.Optional(Type.String({ ...Id, description: "The id of the message that this one answers." })),
});
export type SendInput = Static<typeof SendInput>;

export const Message = Fields({
  id: Id,
  role: Literals(ROLES, {
    title: "SenderKind",
    description: "What sent it: an agent, a person (user) or the server (system).",
  }),
  content: Type.String(),
  from_agent_id: Nullable(Id),
  from_user_id: Nullable(Id),
  to_agent_id: Nullable(Id),
  to_user_id: Nullable(Id),
  task_id: Nullable(Id),
  thread_id: Id,
  in_reply_to: Nullable(Id),
  reply_by: Nullable(Time),
  replied_at: Nullable(Time),
  reply_state: Literals(REPLY_STATES, {
    title: "ReplyState",
    description: "Whether an answer was asked for, and what became of it.",
  }),
  created_at: Time,
  delivered_at: Nullable(Type.String({ ...Time, description: "When the recipient's inbox first showed it." })),
  read_at: Nullable(Type.String({ ...Time, description: "When the recipient marked it as read." })),
});
export type Message = Static<typeof Message>;

export const MessageId = { id: Id };

export const ListInput = Fields({
  task_id: Type.Optional(Id),
  thread_id: Type.Optional(Id),
  agent_id: Type.Optional(Type.String({ ...Id, description: "What this agent sent or received." })),
  with_user_id: Type.Optional(
    Type.String({ ...Id, description: "With agent_id: the direct messages between the agent and this person." }),
  ),
  q: Type.Optional(
    Text(QUERY_LENGTH_MAX, { description: "Words that must all be in the first 16,384 characters of the message." }),
  ),
  awaiting_reply: Type.Optional(
    Type.Boolean({ description: "true: only messages whose asked-for answer has not come." }),
  ),
  order: Type.Optional(Literals(["asc", "desc"], { default: "desc", description: "By time: desc is newest first." })),
  ...PageInput,
});
export type ListInput = Static<typeof ListInput>;
export const MessagePage = Page(Message);

export const InboxInput = Fields({
  unread: Type.Optional(Type.Boolean({ description: "true: only what you have not marked as read." })),
  wait_seconds: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: WAIT_SECONDS_MAX,
      default: 0,
      description: "Waits so long for a message if there is none.",
    }),
  ),
  ...PageInput,
});
export const Inbox = Fields({
  items: Type.Array(Message),
  next_cursor: Type.String({ description: "Always given: ask with it again for what comes after." }),
  unread_count: Type.Integer(),
});
export type Inbox = Static<typeof Inbox>;

export const MarkReadInput = Fields({
  message_ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: READ_IDS_MAX, uniqueItems: true })),
  up_to_message_id: Type.Optional(
    Type.String({ ...Id, description: `This one and everything before it, at most ${READ_UP_TO_MAX} a call.` }),
  ),
});
export const MarkedRead = Fields({
  read: Type.Integer({ description: "Messages that were unread before." }),
  unread_count: Type.Integer(),
});

export const Thread = Fields({
  thread_id: Id,
  task_id: Nullable(Id),
  kind: Literals(KINDS, {
    title: "ThreadKind",
    description: "About a task, free, or the direct messages of two.",
  }),
  participants: Type.Array(Id, { description: `Who sent or received in it; at most ${PARTICIPANTS_SHOWN} are shown.` }),
  last_message: Message,
  message_count: Type.Integer(),
  unread_count: Type.Integer({ description: "Of yours." }),
});
export type Thread = Static<typeof Thread>;
export const ThreadPage = Page(Thread);
export const ThreadsInput = Fields({ agent_id: Type.Optional(Id), ...PageInput });
