/** Rows of the messages page: a conversation with its last message, or one found message. */
import type { Message, Thread } from "@bailiwick/sdk";
import { MessagesSquare } from "lucide-react";
import { useSession } from "../../data/session.tsx";
import { Sender } from "../../domain/actor-name.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { ReplyState } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import type { Column } from "../../ui/table-row.tsx";
import { Time } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";
import { Parties, TaskTitle } from "./subject.tsx";

/** The height of a row with two lines, while a panel is open. */
export const NARROW_ROW_PX = 60;

/** `isNarrow`: a panel is open, so the last message stands below the name. */
export function threadColumns(isNarrow: boolean): readonly Column<Thread>[] {
  return isNarrow ? NARROW : WIDE;
}

const AT: Column<Thread> = {
  id: "at",
  header: "Last",
  width: "72px",
  cell: ({ last_message }) => <At message={last_message} />,
  isRight: true,
};

const NARROW: readonly Column<Thread>[] = [
  {
    id: "about",
    header: "Conversation and last message",
    width: "minmax(200px,1fr)",
    cell: (thread) => (
      <span className="flex min-w-0 flex-col">
        <About thread={thread} />
        <span className="flex min-w-0 items-center gap-2 pl-3.5 text-sm">
          <From thread={thread} />
          <Last thread={thread} className="truncate" />
        </span>
      </span>
    ),
  },
  AT,
];

const WIDE: readonly Column<Thread>[] = [
  { id: "about", header: "Conversation", width: "minmax(140px,4fr)", cell: (thread) => <About thread={thread} /> },
  {
    id: "last",
    header: "Last message",
    width: "minmax(160px,7fr)",
    cell: (thread) => (
      <span className="flex min-w-0 items-center gap-2">
        <From thread={thread} />
        <Last thread={thread} className="truncate" />
      </span>
    ),
  },
  {
    id: "count",
    header: "Messages",
    width: "80px",
    cell: ({ message_count }) => message_count.toLocaleString("en-US"),
    isRight: true,
  },
  AT,
];

/** `isAwaiting`: adds a column with the deadline of the reply. */
export function messageColumns(isNarrow: boolean, isAwaiting: boolean): readonly Column<Message>[] {
  const all: (Column<Message> & { isWide?: boolean })[] = [
    {
      id: "content",
      header: "Message",
      width: "minmax(200px,1fr)",
      cell: (message) => <AgentLine text={messageText(message)} className="block truncate" />,
    },
    { id: "who", header: "By", width: "160px", cell: (message) => <Sender message={message} />, isWide: true },
    {
      id: "in",
      header: "Where",
      width: "minmax(120px,220px)",
      cell: (message) => <In message={message} />,
      isWide: true,
    },
    { id: "reply", header: "Reply", width: "130px", cell: ({ reply_state }) => <ReplyState state={reply_state} /> },
    ...(isAwaiting ? [DUE] : []),
    { id: "at", header: "Sent", width: "80px", cell: (message) => <At message={message} />, isRight: true },
  ];
  return isNarrow ? all.filter(({ isWide }) => !isWide) : all;
}

const DUE: Column<Message> = {
  id: "due",
  header: "Until",
  width: "80px",
  cell: ({ reply_by }) => <Time at={reply_by} />,
  isRight: true,
};

/** The place of a message: its task or its recipient. */
function In({ message: { task_id, to_agent_id, to_user_id } }: { message: Message }) {
  const to = to_agent_id ?? to_user_id;
  return (
    <span className="flex min-w-0 items-center gap-1.5 text-ink-2">
      {task_id ? <TaskTitle id={task_id} /> : to ? "to" : "a conversation"}
      {!task_id && to && <Parties ids={[to]} isLink={false} />}
    </span>
  );
}

export function ThreadRow({ thread }: { thread: Thread }) {
  return (
    <>
      <div className="flex items-center gap-2">
        <span className="min-w-0 grow truncate">
          <About thread={thread} />
        </span>
        <At message={thread.last_message} />
      </div>
      <Last thread={thread} className="mt-0.5 line-clamp-3 text-sm text-ink-2 [overflow-wrap:anywhere]" />
    </>
  );
}

export function MessageRow({ message }: { message: Message }) {
  return (
    <>
      <div className="flex items-center gap-2 text-sm text-ink-2">
        <span className="min-w-0 truncate">
          <Sender message={message} />
        </span>
        <ReplyState state={message.reply_state} />
        <span className="ml-auto">
          <At message={message} />
        </span>
      </div>
      <AgentLine text={messageText(message)} className="line-clamp-3 [overflow-wrap:anywhere]" />
    </>
  );
}

/** The subject of a conversation: its task or its participants. */
function About({ thread: { kind, task_id, participants, unread_count } }: { thread: Thread }) {
  return (
    <span className={cx("flex min-w-0 items-center gap-1.5", unread_count > 0 && "font-semibold")}>
      <UnreadDot count={unread_count} />
      {task_id ? (
        <TaskTitle id={task_id} />
      ) : (
        <>
          {kind === "free" && <MessagesSquare aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />}
          <Parties ids={participants} isLink={false} />
        </>
      )}
    </span>
  );
}

function Last({ thread: { last_message, unread_count }, className }: { thread: Thread; className: string }) {
  return (
    <AgentLine
      text={messageText(last_message)}
      className={cx(
        className,
        unread_count > 0 ? "text-ink" : last_message.role === "system" ? "text-ink-3" : "text-ink-2",
      )}
    />
  );
}

/** The sender, unless the conversation has the name of that agent. */
function From({ thread: { last_message, participants } }: { thread: Thread }) {
  const { user } = useSession();
  const others = participants.filter((id) => id !== user.id);
  if (others.length === 1 && last_message.from_agent_id === others[0]) return null;
  return (
    <span className="flex max-w-2/5 shrink-0 text-sm text-ink-3">
      <Sender message={last_message} />
    </span>
  );
}

/** Keeps its place when all is read, so that the names stand in one column. */
function UnreadDot({ count }: { count: number }) {
  if (count === 0) return <span aria-hidden className="size-2 shrink-0" />;
  return (
    <Tip text={`${count} unread`}>
      <span className="relative z-1 size-2 shrink-0 rounded-full bg-accent forced-color-adjust-none">
        <span className="sr-only">{count} unread: </span>
      </span>
    </Tip>
  );
}

function At({ message }: { message: Message }) {
  return (
    <span className="text-sm text-ink-3">
      <Time at={message.created_at} />
    </span>
  );
}
