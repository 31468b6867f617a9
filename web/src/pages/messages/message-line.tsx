/** One message of a conversation: sender, time, text, and whether it needs a reply. */
import type { Message } from "@bailiwick/sdk";
import { Bell, CornerDownRight } from "lucide-react";
import { memo } from "react";
import { useRead } from "../../data/query.ts";
import { PersonName, Sender, useNameOf } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { MessageBody } from "../../domain/messages/message-body.tsx";
import { messageText } from "../../domain/messages/message-text.ts";
import { ReplyState } from "../../domain/status.tsx";
import { WithdrawMessage } from "../../domain/withdraw.tsx";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { cx } from "../../ui/class-names.ts";
import { Time, TimeLeft } from "../../ui/time.tsx";
import { Tip } from "../../ui/tip.tsx";

interface LineProps {
  message: Message;
  /** The message that it answers, if it is loaded. */
  quoted: Message | undefined;
  /** The person just jumped to it. */
  isMarked: boolean;
  /** Undefined for the person's own messages. */
  onAnswer: ((message: Message) => void) | undefined;
  onJump: (id: string) => void;
}

export const MessageLine = memo(function MessageLine(props: LineProps) {
  const { message, isMarked, quoted, onAnswer, onJump } = props;
  const { id, in_reply_to } = message;
  if (message.role === "system") return <NoticeLine {...props} />;
  return (
    <li
      data-message={id}
      className={cx("group px-4 py-2.5", onAnswer === undefined && "bg-side", isMarked && "animate-changed")}
    >
      <div className="flex items-start gap-2">
        <About message={message} isRead={onAnswer !== undefined && message.to_user_id !== null} />
        {onAnswer && <AnswerButton message={message} onClick={() => onAnswer(message)} />}
        <span className={cx(ON_HOVER, onAnswer === undefined && "ml-auto")}>
          <WithdrawMessage message={message} />
        </span>
      </div>
      {in_reply_to && <Quoted id={in_reply_to} message={quoted} onJump={onJump} />}
      <MessageBody message={message} />
    </li>
  );
});

/** Visible on hover and focus, and always where the screen has no pointer. */
const ON_HOVER =
  "shrink-0 [@media(hover:hover)]:opacity-0 [@media(hover:hover)]:group-hover:opacity-100 [@media(hover:hover)]:focus-within:opacity-100";

/** Always visible when a reply is awaited or the screen has no pointer; otherwise only on hover or focus. */
function AnswerButton({ message: { reply_state }, onClick }: { message: Message; onClick: () => void }) {
  const isAwaited = reply_state === "open" || reply_state === "overdue";
  return (
    <button
      type="button"
      className={cx(
        "ml-auto min-h-6 shrink-0 rounded-sm px-1 text-sm font-medium text-accent-ink hover:underline",
        !isAwaited && ON_HOVER,
      )}
      onClick={onClick}
    >
      Answer
    </button>
  );
}

const ABOUT = "flex flex-wrap items-center gap-x-2 text-sm text-ink-3";

/** `isRead`: the person reads it now, so it does not say when it was read. */
function About({ message, isRead }: { message: Message; isRead: boolean }) {
  const { created_at, reply_state, reply_by } = message;
  return (
    <div className={cx(ABOUT, "mb-0.5 min-h-6 min-w-0")}>
      <span className="max-w-full truncate font-medium text-ink">
        <Sender message={message} />
      </span>
      <To message={message} />
      <Time at={created_at} />
      <ReplyState state={reply_state} />
      {reply_by && reply_state === "open" && (
        <span>
          due <TimeLeft until={reply_by} />
        </span>
      )}
      {!isRead && <Seen message={message} />}
    </div>
  );
}

/** A message of the server in one line. What it is about stands in the conversation, so a press jumps there. */
function NoticeLine({ message, isMarked, onJump }: LineProps) {
  const { id, in_reply_to, created_at } = message;
  const nameOf = useNameOf();
  const text = messageText(message, { nameOf });
  return (
    <li
      data-message={id}
      className={cx("flex items-center gap-2 px-4 py-1 text-xs text-ink-3", isMarked && "animate-changed")}
    >
      <Bell aria-hidden className="size-3 shrink-0" />
      <span className="sr-only">From Bailiwick</span>
      <Tip text={text}>
        <span className="min-w-0 truncate">
          {in_reply_to ? (
            <button
              type="button"
              className="block max-w-full truncate rounded-sm hover:text-ink hover:underline"
              onClick={() => onJump(in_reply_to)}
            >
              {text}
            </button>
          ) : (
            text
          )}
        </span>
      </Tip>
      <span className="shrink-0">
        <Time at={created_at} />
      </span>
    </li>
  );
}

function To({ message: { to_agent_id, to_user_id } }: { message: Message }) {
  if (!to_agent_id && !to_user_id) return null;
  return (
    <span className="inline-flex min-w-0 max-w-full items-center gap-1.5">
      to {to_agent_id ? <AgentName id={to_agent_id} /> : <PersonName id={to_user_id ?? ""} isInside />}
    </span>
  );
}

function Seen({ message: { read_at, delivered_at, to_agent_id, to_user_id } }: { message: Message }) {
  if (!to_agent_id && !to_user_id) return null;
  const at = read_at ?? delivered_at;
  if (!at) return <span>not delivered yet</span>;
  return (
    <span>
      {read_at ? "read" : "delivered"} <Time at={at} />
    </span>
  );
}

interface QuotedProps {
  id: string;
  message: Message | undefined;
  onJump: (id: string) => void;
}

/** The answered message in one line; a press jumps to it. */
function Quoted({ id, message, onJump }: QuotedProps) {
  const isUnloaded = message === undefined;
  const read = useRead(["messages", "get", id], (client, call) => client.messages.get({ id }, call), {
    enabled: isUnloaded,
  });
  const shown = message ?? read.data;
  return (
    <button
      type="button"
      className="mb-0.5 flex min-h-6 max-w-full items-center gap-1.5 rounded-sm text-sm text-ink-3 hover:text-ink"
      onClick={() => onJump(id)}
    >
      <CornerDownRight aria-hidden className="size-3.5 shrink-0" />
      <span className="truncate">
        {shown ? <AgentLine text={messageText(shown)} /> : read.error ? "A message that cannot be read" : "…"}
      </span>
    </button>
  );
}

/** A message that is being sent. */
export function SendingLine({ text }: { text: string }) {
  return (
    <li className="px-4 py-2.5 opacity-70">
      <div className={cx(ABOUT, "mb-0.5 min-h-6")}>
        <span className="font-medium text-ink">You</span>
        <span role="status">Sending…</span>
      </div>
      <AgentText text={text} />
    </li>
  );
}
