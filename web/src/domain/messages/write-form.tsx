/** Parts of every form that writes a message. */
import type { Message } from "@bailiwick/sdk";
import { X } from "lucide-react";
import type { KeyboardEvent, ReactNode, RefObject } from "react";
import { Button } from "../../ui/button.tsx";
import { Sender } from "../actor-name.tsx";

interface WriteFormProps {
  form?: RefObject<HTMLFormElement | null>;
  className: string;
  onSend: () => void;
  children: ReactNode;
}

/** A form that is sent by its button, and by Ctrl or Command with Enter. */
export function WriteForm({ form, className, onSend, children }: WriteFormProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.metaKey || event.ctrlKey)) return;
    event.preventDefault();
    onSend();
  };
  return (
    <form
      ref={form}
      className={className}
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        onSend();
      }}
    >
      {children}
    </form>
  );
}

/** Names the sender of the message that is answered. */
export function Answering({ message, onClose }: { message: Message; onClose: () => void }) {
  return (
    <p className="flex items-center gap-2 text-sm text-ink-2">
      Answering <Sender message={message} />
      <Button look="quiet" size="small" label="Do not answer" onClick={onClose}>
        <X aria-hidden className="size-4" />
      </Button>
    </p>
  );
}
