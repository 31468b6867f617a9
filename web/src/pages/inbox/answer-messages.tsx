/** Gives one answer to several messages that ask the same. */
import { useState } from "react";
import { messageText } from "../../domain/messages/message-text.ts";
import { WriteForm } from "../../domain/messages/write-form.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextArea } from "../../ui/field.tsx";
import type { MessageItem } from "./message-items.ts";

interface AnswerProps {
  items: readonly MessageItem[];
  isBusy: boolean;
  /** Returns false after a failure. */
  onAnswer: (text: string) => Promise<boolean>;
  onClose: () => void;
}

export function AnswerMessages({ items, isBusy, onAnswer, onClose }: AnswerProps) {
  const [text, setText] = useState("");
  const [first] = items;
  const send = async () => {
    if (text.trim() !== "" && !isBusy && (await onAnswer(text))) onClose();
  };
  return (
    <Dialog title={`Answer ${counted(items.length, "message")}`} isOpen onClose={onClose}>
      {first && <AgentLine text={messageText(first.message)} className="mb-3 line-clamp-3 text-ink-2" />}
      <WriteForm className="space-y-3" onSend={() => void send()}>
        <TextArea label="Your answer to each of them" rows={3} value={text} onChange={setText} isAutoFocused />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Keep</Button>
          <Button
            type="submit"
            look="primary"
            keys="mod+enter"
            isBusy={isBusy}
            denied={text.trim() === "" ? "Write something first." : undefined}
          >
            Answer
          </Button>
        </div>
      </WriteForm>
    </Dialog>
  );
}
