/** A message that waits for the person, with a form for the reply. */
import type { Message } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Sender } from "../../domain/actor-name.tsx";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { MessageBody } from "../../domain/messages/message-body.tsx";
import { ReplyState } from "../../domain/status.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Time, TimeLeft } from "../../ui/time.tsx";
import { AnswerForm } from "./answer-form.tsx";
import type { MessageItem } from "./message-items.ts";

export function MessageAsk({ item }: { item: MessageItem }) {
  const { message, earlier } = item;
  const { thread_id, task_id } = message;
  return (
    <section className="min-h-0 grow space-y-4 overflow-y-auto p-4" tabIndex={0} aria-label="Message">
      <Head item={item} />
      {earlier.map((one) => (
        <MessageText key={one.id} message={one}>
          <Time at={one.created_at} />
        </MessageText>
      ))}
      <MessageText message={message} />
      <AnswerForm item={item} />
      <p className="flex flex-wrap gap-2">
        <Link
          to="/messages/$id"
          params={{ id: thread_id }}
          search={{ message: message.id }}
          className={buttonClass("quiet", "small")}
        >
          Whole conversation
        </Link>
        {task_id && (
          <Link to="/tasks/$id" params={{ id: task_id }} className={buttonClass("quiet", "small")}>
            Task of the message
          </Link>
        )}
      </p>
    </section>
  );
}

function Head({ item: { kind, message } }: { item: MessageItem }) {
  const { created_at, reply_state, reply_by, to_agent_id } = message;
  return (
    <header className="space-y-1 pr-28">
      <h2 className="flex flex-wrap items-center gap-x-2 text-lg font-semibold">
        <Sender message={message} />
        {kind === "stuck" && to_agent_id && (
          <>
            <span className="font-normal text-ink-2">waits for</span> <AgentName id={to_agent_id} />
          </>
        )}
      </h2>
      <p className="flex flex-wrap items-center gap-x-2 text-sm text-ink-3">
        <Time at={created_at} />
        <ReplyState state={reply_state} />
        {reply_by && reply_state === "open" && (
          <span>
            reply due <TimeLeft until={reply_by} />
          </span>
        )}
        {reply_by && reply_state === "overdue" && (
          <span>
            was due <Time at={reply_by} />
          </span>
        )}
      </p>
    </header>
  );
}

function MessageText({ message, children }: { message: Message; children?: ReactNode }) {
  return (
    <div>
      {children && <p className="text-sm text-ink-3">{children}</p>}
      <MessageBody message={message} />
    </div>
  );
}
