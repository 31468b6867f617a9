/** Replies to a message of the inbox, or writes to an agent that owes another agent a reply. */
import type { Message } from "@bailiwick/sdk";
import { useRef } from "react";
import { useAgent } from "../../data/agents.ts";
import { useCommand } from "../../data/command.ts";
import { useDraft } from "../../data/draft.ts";
import { describeError } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { type Address, replyTo } from "../../domain/messages/thread.ts";
import { WriteForm } from "../../domain/messages/write-form.tsx";
import { noteAnswered, useWantedFocus } from "../../domain/tasks/answered.ts";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import type { MessageItem } from "./message-items.ts";
import { useMarkRead } from "./use-mark-read.ts";

export function AnswerForm({ item }: { item: MessageItem }) {
  const { message, unreadIds } = item;
  const form = useRef<HTMLFormElement>(null);
  const debtor = useAgent(item.kind === "stuck" ? (message.to_agent_id ?? undefined) : undefined);
  const denied = useDenied("messages:write");
  const { read, isRunning: isReading } = useMarkRead();
  const answer = useAnswer(item);
  const focus = () => form.current?.querySelector("textarea")?.focus();
  useWantedFocus(message.id, form);
  const markRead = () => void read(unreadIds);
  useHotkeys([
    { keys: "r", label: "Answer", denied, run: focus },
    ...(unreadIds.length > 0 ? [{ keys: "e", label: "Mark as read", denied, run: markRead }] : []),
  ]);
  return (
    <WriteForm form={form} className="space-y-2" onSend={() => void answer.submit()}>
      <TextArea
        label={debtor ? `Write to ${debtor.name.slice(0, 60)}` : "Your answer"}
        rows={3}
        value={answer.text}
        onChange={answer.setText}
        error={answer.error && describeError(answer.error).detail}
      />
      <div className="flex gap-2">
        <Button
          type="submit"
          look="primary"
          keys="mod+enter"
          isBusy={answer.isRunning}
          denied={denied ?? (answer.text.trim() === "" ? "Write something first." : undefined)}
        >
          {debtor ? "Send" : "Answer"}
        </Button>
        {unreadIds.length > 0 && (
          <Button keys="e" denied={denied} isBusy={isReading} onClick={markRead}>
            Mark as read
          </Button>
        )}
      </div>
    </WriteForm>
  );
}

/** Sends the reply, and marks the messages as read. */
function useAnswer({ message, kind, unreadIds }: MessageItem) {
  const [text, setText] = useDraft(`answer ${message.id}`);
  const { run, isRunning, error } = useCommand({
    send: (client, content: string) =>
      client.messages.send({ content, ...(kind === "stuck" ? debtorOf(message) : replyTo(message)) }),
    changes: ["messages", "threads"],
    done: kind === "stuck" ? "Sent" : "Answered",
    isQuiet: true,
  });
  // A separate command, because its failure does not undo the reply.
  const mark = useCommand({
    send: (client) => client.messages.markRead({ message_ids: [...unreadIds] }),
    changes: ["messages", "threads"],
  });
  const submit = async () => {
    if (text.trim() === "" || isRunning || !(await run(text))) return;
    setText("");
    if (unreadIds.length > 0) await mark.run(undefined);
    noteAnswered(message.id);
  };
  return { text, setText, submit, isRunning, error };
}

/** The address of the one who owes the reply: the task, otherwise a direct message. */
function debtorOf({ to_agent_id, to_user_id, task_id }: Message): Address {
  return {
    ...(task_id && { task_id }),
    ...(to_agent_id && { to_agent_id }),
    ...(!to_agent_id && to_user_id && { to_user_id }),
  };
}
