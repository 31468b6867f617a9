/** One message of a conversation: who, when, what, and whether an answer is wanted. */
import type { Message } from "@bailiwick/sdk";
import { CornerDownRight } from "lucide-react";
import { memo } from "react";
import { PersonName } from "../../ui/actor-name.tsx";
import { AgentName } from "../../ui/agent-name.tsx";
import { AgentLine, AgentText } from "../../ui/agent-text.tsx";
import { Sender } from "../../ui/sender.tsx";
import { ReplyState } from "../../ui/status.tsx";
import { Countdown, Time } from "../../ui/time.tsx";

interface LineProps {
  message: Message;
  /** What it answers, if that is loaded. */
  quoted: Message | undefined;
  /** Undefined for one's own. */
  onAnswer: ((message: Message) => void) | undefined;
}

export const MessageLine = memo(function MessageLine({ message, quoted, onAnswer }: LineProps) {
  const { id, content, to_agent_id, to_user_id, created_at, reply_state, reply_by, in_reply_to } = message;
  return (
    <li id={`message-${id}`} className="px-4 py-3 [contain-intrinsic-size:auto_80px] [content-visibility:auto]">
      <div className="flex flex-wrap items-center gap-x-2 text-sm">
        <span className="font-medium">
          <Sender message={message} />
        </span>
        {to_agent_id && (
          <span className="inline-flex items-center gap-1 text-ink-3">
            to <AgentName id={to_agent_id} />
          </span>
        )}
        {to_user_id && (
          <span className="inline-flex items-center gap-1 text-ink-3">
            to <PersonName id={to_user_id} />
          </span>
        )}
        <span className="text-ink-3">
          <Time at={created_at} />
        </span>
        <ReplyState state={reply_state} />
        {reply_by && reply_state === "open" && (
          <span className="text-ink-3">
            within <Countdown until={reply_by} />
          </span>
        )}
        <Seen message={message} />
      </div>
      {in_reply_to && <Quoted id={in_reply_to} message={quoted} />}
      <AgentText text={content} />
      {onAnswer && (
        <button
          type="button"
          className="mt-1 min-h-6 rounded-sm text-sm font-medium text-accent-ink hover:underline"
          onClick={() => onAnswer(message)}
        >
          Answer
        </button>
      )}
    </li>
  );
});

function Seen({ message: { read_at, delivered_at, to_agent_id, to_user_id } }: { message: Message }) {
  if (!to_agent_id && !to_user_id) return null;
  const at = read_at ?? delivered_at;
  if (!at) return <span className="text-ink-3">not delivered yet</span>;
  return (
    <span className="text-ink-3">
      {read_at ? "read" : "delivered"} <Time at={at} />
    </span>
  );
}

function Quoted({ id, message }: { id: string; message: Message | undefined }) {
  return (
    <p className="mb-1 flex min-w-0 items-center gap-1.5 text-sm text-ink-3">
      <CornerDownRight aria-hidden className="size-3.5 shrink-0" />
      {message ? (
        <a href={`#message-${id}`} className="min-h-6 truncate rounded-sm hover:underline">
          <AgentLine text={message.content} />
        </a>
      ) : (
        "an earlier message"
      )}
    </p>
  );
}
