/** A step that takes a reason. */
import type { BailiwickError } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { TextInput } from "../../ui/field.tsx";

const REASON_LENGTH_MAX = 2_000;

interface ReasonProps {
  /** The verb on the button. */
  action: string;
  hint: string;
  isRequired?: boolean;
  error: BailiwickError | undefined;
  isBusy: boolean;
  /** Returns undefined after a failure. */
  onSend: (reason: string) => Promise<unknown>;
  onClose: () => void;
}

export function ReasonForm({ action, hint, isRequired = false, error, isBusy, onSend, onClose }: ReasonProps) {
  const [reason, setReason] = useState("");
  const missing = isRequired && reason.trim() === "" ? "Enter a reason first." : undefined;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing === undefined && !isBusy && (await onSend(reason))) onClose();
  };
  return (
    <form className="space-y-3" noValidate onSubmit={(event) => void submit(event)}>
      <TextInput
        label="Reason"
        hint={hint}
        isRequired={isRequired}
        isAutoFocused
        value={reason}
        onChange={setReason}
        maxLength={REASON_LENGTH_MAX}
      />
      <CommandFault error={error} />
      <div className="flex justify-end gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={isBusy} denied={missing}>
          {action}
        </Button>
      </div>
    </form>
  );
}
