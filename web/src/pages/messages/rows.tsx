/** Rows of the messages page: a conversation by its last message, or one message that was found. */
import type { Message, Thread } from "@bailiwick/sdk";
import { ListTodo, MessagesSquare, Users } from "lucide-react";
import { AgentLine } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Sender } from "../../ui/sender.tsx";
import { ReplyState } from "../../ui/status.tsx";
import type { Column } from "../../ui/table.tsx";
import { Time } from "../../ui/time.tsx";

const KINDS = {
  task: { word: "Task", icon: ListTodo },
  direct: { word: "Direct", icon: Users },
  free: { word: "Thread", icon: MessagesSquare },
} as const;

/** `isNarrow`: beside an open conversation. */
export function threadColumns(isNarrow: boolean): readonly Column<Thread>[] {
  const all: (Column<Thread> & { isWide?: boolean })[] = [
    { id: "last", header: "Last message", width: "minmax(200px,1fr)", cell: (thread) => <Last thread={thread} /> },
    {
      id: "who",
      header: "By",
      width: "180px",
      cell: ({ last_message }) => <Sender message={last_message} />,
      isWide: true,
    },
    { id: "kind", header: "Kind", width: "90px", cell: ({ kind }) => <Kind kind={kind} />, isWide: true },
    {
      id: "count",
      header: "Messages",
      width: "80px",
      cell: ({ message_count }) => message_count,
      isRight: true,
      isWide: true,
    },
    { id: "unread", header: "Unread", width: "64px", cell: (thread) => <Unread thread={thread} />, isRight: true },
    { id: "at", header: "At", width: "80px", cell: ({ last_message }) => <At message={last_message} />, isRight: true },
  ];
  return isNarrow ? all.filter(({ isWide }) => !isWide) : all;
}

export function messageColumns(isNarrow: boolean): readonly Column<Message>[] {
  const all: (Column<Message> & { isWide?: boolean })[] = [
    {
      id: "content",
      header: "Message",
      width: "minmax(200px,1fr)",
      cell: ({ content }) => <AgentLine text={content} />,
    },
    { id: "who", header: "By", width: "180px", cell: (message) => <Sender message={message} />, isWide: true },
    { id: "reply", header: "Answer", width: "130px", cell: ({ reply_state }) => <ReplyState state={reply_state} /> },
    { id: "at", header: "At", width: "80px", cell: (message) => <At message={message} />, isRight: true },
  ];
  return isNarrow ? all.filter(({ isWide }) => !isWide) : all;
}

export function ThreadRow({ thread }: { thread: Thread }) {
  return (
    <>
      <div className="flex items-center gap-2 text-sm text-ink-2">
        <Kind kind={thread.kind} />
        <span className="min-w-0 truncate">
          <Sender message={thread.last_message} />
        </span>
        <span className="ml-auto flex items-center gap-2">
          <Unread thread={thread} />
          <At message={thread.last_message} />
        </span>
      </div>
      <div className="truncate">
        <Last thread={thread} />
      </div>
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
      <div className="truncate">
        <AgentLine text={message.content} />
      </div>
    </>
  );
}

function Last({ thread }: { thread: Thread }) {
  return (
    <AgentLine
      text={thread.last_message.content}
      className={cx(thread.unread_count > 0 && "font-semibold") || "font-normal"}
    />
  );
}

function Kind({ kind }: { kind: Thread["kind"] }) {
  const { word, icon: Icon } = KINDS[kind];
  return (
    <span className="flex items-center gap-1.5 text-sm text-ink-2">
      <Icon aria-hidden className="size-4" strokeWidth={1.75} />
      {word}
    </span>
  );
}

function Unread({ thread: { unread_count } }: { thread: Thread }) {
  if (unread_count === 0) return null;
  return (
    <span className="rounded-full bg-accent px-1.5 text-xs font-medium text-white tabular-nums">
      {unread_count}
      <span className="sr-only"> unread</span>
    </span>
  );
}

function At({ message }: { message: Message }) {
  return (
    <span className="text-sm text-ink-3">
      <Time at={message.created_at} />
    </span>
  );
}
