/** The shapes of messages, threads and inboxes in the database and on the wire. */
import Type, { type Static, type TSchema } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import {
  Defaulted,
  Fields,
  Id,
  IncludeTitles,
  Literals,
  Nullable,
  Page,
  PageInput,
  SortOrder,
  TaskTitles,
  Text,
  Time,
} from "../kernel/schema.ts";

/** The characters of a message that a list shows. messages.get returns the whole message. */
export const CONTENT_SHOWN_MAX = 500;
/** The size of a message in UTF-8. */
export const CONTENT_BYTES_MAX = 65_536;
export const WAIT_SECONDS_MAX = 30;
/** An answer may be requested for at most this time from now. */
export const REPLY_WITHIN_MS_MAX = 30 * 86_400_000;
/** The messages that one call may name as read. */
export const READ_IDS_MAX = 200;
/** The messages that one call marks as read with `up_to_message_id`. */
export const READ_UP_TO_MAX = 10_000;
/** The recipients of a message without an addressee. */
export const RECIPIENTS_MAX = 200;
export const PARTICIPANTS_SHOWN = 20;
/** After this time without messages, agents may write to each other again. */
export const SILENCE_MS = 3_600_000;
/** The messages that an agent may write to one person before the person answers or reads the last one. */
export const UNANSWERED_MAX = 20;
/** The answers that one sender may wait for. */
export const OBLIGATIONS_MAX = 50;
/** The files that one message may name. */
const MESSAGE_ATTACHMENTS_MAX = 10;
const QUERY_LENGTH_MAX = 200;

const ROLES = ["agent", "user", "system"] as const;
const REPLY_STATES = ["none", "open", "answered", "overdue"] as const;
export type ReplyState = (typeof REPLY_STATES)[number];
const KINDS = ["task", "free", "direct"] as const;
export type ThreadKind = (typeof KINDS)[number];

export const SendInput = Fields({
  content: Text(CONTENT_BYTES_MAX, { description: `The text. At most ${CONTENT_BYTES_MAX} bytes of UTF-8.` }),
  to_agent_id: Type.Optional(Type.String({ ...Id, description: "The addressed agent." })),
  to_user_id: Type.Optional(
    Type.String({ ...Id, description: "The addressed person. Cannot be combined with to_agent_id." }),
  ),
  task_id: Type.Optional(Type.String({ ...Id, description: "The task that the message is about." })),
  thread_id: Type.Optional(
    Type.String({ ...Id, description: "The conversation of the message. A new UUID begins a new conversation." }),
  ),
  reply_by: Type.Optional(
    Type.String({ ...Time, description: "Requests an answer from the recipient by this time, at most 30 days ahead." }),
  ),
  in_reply_to: Type.Optional(Type.String({ ...Id, description: "The id of the message that this one answers." })),
  attachment_ids: Type.Optional(
    Type.Array(Id, {
      maxItems: MESSAGE_ATTACHMENTS_MAX,
      uniqueItems: true,
      description:
        "Files of tasks that belong to the message. Everyone who reads the task of a file can read the file.",
    }),
  ),
});
export type SendInput = Static<typeof SendInput>;

/** The columns of `messages` that a sender decides. */
const SentColumns = Fields({
  id: Id,
  role: Literals(ROLES, {
    title: "SenderKind",
    description: "The sender: an agent, a person (user) or the server (system).",
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
  attachment_ids: Type.Array(Id),
});
/** The columns of `messages` that callers see. */
const SHOWN = {
  ...SentColumns.properties,
  content_bytes: Type.Integer({ description: "The size of the whole content in UTF-8." }),
  replied_at: Nullable(Time),
  created_at: Time,
};
/** The columns of the delivery that callers see with a message. */
const DELIVERY = {
  delivered_at: Nullable(
    Type.String({ ...Time, description: "The time when the recipient's inbox first showed the message." }),
  ),
  read_at: Nullable(Type.String({ ...Time, description: "The time when the recipient marked the message as read." })),
};

export type SentMessage = Static<typeof SentColumns>;

/** A row of `messages`. The size is read from the content. */
const { content_bytes: _size, ...STORED } = SHOWN;
export const MessageColumns = Fields({
  ...STORED,
  workspace_id: Id,
  overdue_at: Nullable(Time),
  look_at: Nullable(Time),
});
export type MessageTable = Static<typeof MessageColumns>;
/** A message as it is read, with its delivery. */
const ReadColumns = Fields({ ...SHOWN, overdue_at: Nullable(Time), ...DELIVERY });
export type MessageRow = Static<typeof ReadColumns>;

export const SENT_COLUMNS = columnsOf(SentColumns);
export const SHOWN_COLUMNS = columnsOf(Fields({ ...SHOWN, ...DELIVERY }));
const { content: _content, ...STORED_SHORT } = STORED;
/** The columns that a read selects besides the content and its size. */
export const READ_COLUMNS = columnsOf(Fields({ ...STORED_SHORT, overdue_at: Nullable(Time) }));
export const DELIVERY_COLUMNS = columnsOf(Fields(DELIVERY));

export const Message = Fields({
  ...SHOWN,
  reply_state: Literals(REPLY_STATES, {
    title: "ReplyState",
    description: "The state of the requested answer; none without a request.",
  }),
  ...DELIVERY,
});
export type Message = Static<typeof Message>;

export const MessageId = { id: Id };

const titledPage = <T extends TSchema>(item: T) =>
  Fields({ ...Page(item).properties, task_titles: Type.Optional(TaskTitles) });

export const ListInput = Fields({
  task_id: Type.Optional(Id),
  thread_id: Type.Optional(Id),
  agent_id: Type.Optional(Id),
  with_user_id: Type.Optional(
    Type.String({ ...Id, description: "With agent_id: the direct messages between the agent and this person." }),
  ),
  q: Type.Optional(
    Text(QUERY_LENGTH_MAX, { description: "Words that must all be in the first 16,384 characters of the message." }),
  ),
  awaiting_reply: Type.Optional(
    Type.Boolean({ description: "true: only messages whose requested answer has not arrived." }),
  ),
  order: Defaulted(SortOrder, "desc"),
  include: IncludeTitles,
  ...PageInput,
});
export type ListInput = Static<typeof ListInput>;
export const MessagePage = titledPage(Message);

export const InboxInput = Fields({
  unread: Defaulted(Type.Boolean({ description: "true: only messages that you have not marked as read." }), false),
  wait_seconds: Defaulted(
    Type.Integer({
      minimum: 0,
      maximum: WAIT_SECONDS_MAX,
      description: "The time to wait for a message when there is none.",
    }),
    0,
  ),
  ...PageInput,
});
export const Inbox = Fields({
  items: Type.Array(Message),
  next_cursor: Type.String({ description: "Always present. Send it with the next call to get later messages." }),
  unread_count: Type.Integer(),
});
export type Inbox = Static<typeof Inbox>;

export const MarkReadInput = Fields({
  message_ids: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: READ_IDS_MAX, uniqueItems: true })),
  up_to_message_id: Type.Optional(
    Type.String({ ...Id, description: `This message and all earlier ones, at most ${READ_UP_TO_MAX} a call.` }),
  ),
});
export const MarkedRead = Fields({
  read: Type.Integer({ description: "The number of messages that were unread before." }),
  unread_count: Type.Integer(),
});

export const Thread = Fields({
  thread_id: Id,
  task_id: Nullable(Id),
  kind: Literals(KINDS, {
    title: "ThreadKind",
    description: "About a task, free, or the direct messages of two parties.",
  }),
  participants: Type.Array(Id, { description: `Who sent or received in it; at most ${PARTICIPANTS_SHOWN} are shown.` }),
  last_message: Message,
  message_count: Type.Integer(),
  unread_count: Type.Integer({ description: "The messages in the thread that you have not read." }),
});
export type Thread = Static<typeof Thread>;
export const ThreadPage = titledPage(Thread);
export const ThreadsInput = Fields({ agent_id: Type.Optional(Id), include: IncludeTitles, ...PageInput });
