/** A message that waits for the person: read it and answer it in place. */
import type { Message } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { type KeyboardEvent, useRef, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentName } from "../../ui/agent-name.tsx";
import { AgentText } from "../../ui/agent-text.tsx";
import { Button, buttonClass } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { ReplyState } from "../../ui/status.tsx";
import { Countdown, Time } from "../../ui/time.tsx";
import { answerTo } from "../messages/thread-data.ts";

export function MessageAsk({ message }: { message: Message }) {
  const { id, from_agent_id: agent, created_at, reply_state, reply_by, content, thread_id, task_id } = message;
  return (
    <section className="min-h-0 grow space-y-4 overflow-y-auto p-4" tabIndex={0} aria-label="Message" key={id}>
      <header className="flex flex-wrap items-center gap-2 pr-20">
        <h2 className="text-lg font-semibold">{agent ? <AgentName id={agent} /> : "A person"}</h2>
        <ReplyState state={reply_state} />
        <span className="text-sm text-ink-3">
          <Time at={created_at} />
          {reply_by && reply_state === "open" && (
            <>
              {" · answer within "}
              <Countdown until={reply_by} />
            </>
          )}
        </span>
      </header>
      <AgentText text={content} />
      <Answer message={message} />
      <p className="flex flex-wrap gap-2">
        <Link to="/messages/$id" params={{ id: thread_id }} className={buttonClass("quiet", "small")}>
          The whole conversation
        </Link>
        {task_id && (
          <Link to="/tasks/$id" params={{ id: task_id }} className={buttonClass("quiet", "small")}>
            The task it is about
          </Link>
        )}
      </p>
    </section>
  );
}

function Answer({ message }: { message: Message }) {
  const { id } = message;
  const [text, setText] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const denied = useDenied("messages:write");
  const send = useCommand({
    send: (client, content: string) => client.messages.send({ content, ...answerTo(message) }),
    changes: ["messages", "threads"],
    done: "Answered",
  });
  const read = useCommand({
    send: (client) => client.messages.markRead({ message_ids: [id] }),
    changes: ["messages", "threads"],
    done: "Marked as read",
  });
  const isForMe = message.to_user_id !== null;
  const submit = async () => {
    if (text.trim() === "" || !(await send.run(text))) return;
    if (isForMe) await read.run(undefined);
    setText("");
  };
  useHotkeys([
    { keys: "r", label: "Answer", denied, run: () => form.current?.querySelector("textarea")?.focus() },
    ...(isForMe ? [{ keys: "e", label: "Mark as read", run: () => void read.run(undefined) }] : []),
  ]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    void submit();
  };
  return (
    <form
      ref={form}
      className="space-y-2"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <TextArea label="Your answer" rows={3} value={text} onChange={setText} />
      <div className="flex gap-2">
        <Button
          type="submit"
          look="primary"
          keys="mod+enter"
          isBusy={send.isRunning}
          denied={denied ?? (text.trim() === "" ? "Write something first." : undefined)}
        >
          Answer
        </Button>
        {isForMe && (
          <Button keys="e" isBusy={read.isRunning} onClick={() => void read.run(undefined)}>
            Mark as read
          </Button>
        )}
      </div>
    </form>
  );
}
