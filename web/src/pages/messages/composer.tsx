/** Writes into a conversation. A text that could not be sent stays in the field. */
import type { Message } from "@bailiwick/sdk";
import { useEffect, useRef, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDraft } from "../../data/draft.ts";
import { describeError } from "../../data/query.ts";
import { useDenied } from "../../data/session.tsx";
import { type Address, replyTo } from "../../domain/messages/thread.ts";
import { Answering, WriteForm } from "../../domain/messages/write-form.tsx";
import { Button } from "../../ui/button.tsx";
import { TextArea } from "../../ui/field.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { ReplyBy } from "./reply-by.tsx";
import { useShowSent } from "./thread-data.ts";

interface ComposerProps {
  threadId: string;
  address: Address;
  /** The message that is answered. */
  answered: Message | undefined;
  onAnswered: () => void;
  /** Called with the text while it is sent, and with undefined afterwards. */
  onSending: (text: string | undefined) => void;
}

export function Composer({ threadId, address, answered, onAnswered, onSending }: ComposerProps) {
  const [text, setText] = useDraft(`thread ${threadId}`);
  const [replyBy, setReplyBy] = useState("");
  const form = useRef<HTMLFormElement>(null);
  const denied = useDenied("messages:write");
  const showSent = useShowSent();
  const focus = () => form.current?.querySelector("textarea")?.focus();
  useHotkeys([{ keys: "r", label: "Write in this conversation", denied, run: focus }]);
  useEffect(() => {
    if (answered) form.current?.querySelector("textarea")?.focus();
  }, [answered]);
  const { run, isRunning, error } = useCommand({
    send: (client, content: string) =>
      client.messages.send({
        content,
        ...(answered ? replyTo(answered) : address),
        ...(replyBy && canRequestReply && { reply_by: replyBy }),
      }),
    changes: ["messages", "threads"],
    isQuiet: true,
  });
  // A reply can be requested only from a single recipient.
  const canRequestReply = answered !== undefined || Boolean(address.to_agent_id ?? address.to_user_id);
  const send = async () => {
    if (text.trim() === "" || isRunning) return;
    setText("");
    onSending(text);
    const sent = await run(text);
    onSending(undefined);
    if (!sent) {
      // Keep the text that was typed meanwhile behind it.
      setText((typed) => [text, typed].filter(Boolean).join("\n"));
      return;
    }
    showSent(sent);
    setReplyBy("");
    onAnswered();
  };
  return (
    <div data-composer className="shrink-0 border-t border-line">
      <WriteForm form={form} className="space-y-2 px-4 py-3 *:max-w-172" onSend={() => void send()}>
        {answered && <Answering message={answered} onClose={onAnswered} />}
        <TextArea
          label={answered ? "Your answer" : "Your message"}
          rows={2}
          value={text}
          onChange={setText}
          error={error && describeError(error).detail}
        />
        <div className="flex flex-wrap items-end gap-2">
          {canRequestReply && <ReplyBy value={replyBy} onChange={setReplyBy} />}
          <Button
            type="submit"
            look="primary"
            className="ml-auto"
            keys="mod+enter"
            isBusy={isRunning}
            denied={denied ?? (text.trim() === "" ? "Write something first." : undefined)}
          >
            {isRunning ? "Sending…" : "Send"}
          </Button>
        </div>
      </WriteForm>
    </div>
  );
}
