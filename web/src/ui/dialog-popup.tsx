/** The dialogs themselves; see `dialog.tsx`. On a phone they appear at the bottom. */
import { AlertDialog } from "@base-ui/react/alert-dialog";
import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "./button.tsx";
import { cx } from "./class-names.ts";
import { TextArea } from "./field.tsx";

export interface DialogProps {
  title: string;
  isOpen: boolean;
  onClose: () => void;
  width?: "small" | "medium" | "large";
  children: ReactNode;
}

export interface ConfirmProps {
  title: string;
  /** Explains the effect, and whether it can be undone. */
  children: ReactNode;
  /** The verb: "Cancel task". */
  action: string;
  isOpen: boolean;
  onClose: () => void;
  /** Returns whether it succeeded; after a failure the dialog stays open. */
  onConfirm: (reason: string | undefined) => Promise<boolean>;
  /** Adds a field for the reason, which goes into the story of the change. */
  reason?: "optional" | "required";
  isDangerous?: boolean;
  /** The reason why it cannot be confirmed now. */
  denied?: string | undefined;
}

const BACKDROP =
  "fixed inset-0 z-40 bg-scrim transition-opacity data-[ending-style]:opacity-0 data-[starting-style]:opacity-0";
const POPUP =
  "fixed z-40 flex max-h-[85dvh] flex-col overflow-y-auto rounded-lg border border-line bg-raised shadow-pop transition-[opacity,scale] data-[ending-style]:scale-98 data-[ending-style]:opacity-0 data-[starting-style]:scale-98 data-[starting-style]:opacity-0 max-sm:inset-x-2 max-sm:bottom-2 sm:top-[12dvh] sm:left-1/2 sm:-translate-x-1/2";
const WIDTHS = { small: "sm:w-[440px]", medium: "sm:w-[600px]", large: "sm:w-[840px]" };

export function DialogPopup({ title, isOpen, onClose, width = "medium", children }: DialogProps) {
  return (
    <Base.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={BACKDROP} />
        <Base.Popup className={cx(POPUP, WIDTHS[width])}>
          <header className="flex items-center justify-between gap-4 px-5 pt-4 pb-2">
            <Base.Title className="text-lg font-semibold">{title}</Base.Title>
            <Base.Close aria-label="Close" className="rounded p-1 text-ink-3 hover:bg-hover hover:text-ink">
              <X aria-hidden className="size-4" />
            </Base.Close>
          </header>
          <div className="px-5 pb-5">{children}</div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

export function ConfirmPopup(props: ConfirmProps) {
  const { title, children, isOpen, onClose } = props;
  return (
    <AlertDialog.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={BACKDROP} />
        <AlertDialog.Popup className={cx(POPUP, WIDTHS.small, "p-5")}>
          <AlertDialog.Title className="text-lg font-semibold">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div />} className="mt-2 text-ink-2">
            {children}
          </AlertDialog.Description>
          <ConfirmForm {...props} />
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

function ConfirmForm({ action, onClose, onConfirm, reason, isDangerous = false, denied }: ConfirmProps) {
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const isMissing = reason === "required" && text.trim() === "";
  const confirm = async () => {
    setBusy(true);
    const isDone = await onConfirm(text.trim() || undefined);
    setBusy(false);
    if (isDone) onClose();
  };
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isMissing && denied === undefined) void confirm();
      }}
    >
      {reason && (
        <TextArea
          label={reason === "required" ? "Reason" : "Reason (optional)"}
          value={text}
          onChange={setText}
          rows={2}
          maxLength={2_000}
        />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep</Button>
        <Button
          type="submit"
          look={isDangerous ? "danger" : "primary"}
          isBusy={isBusy}
          denied={denied ?? (isMissing ? "Enter a reason first." : undefined)}
        >
          {action}
        </Button>
      </div>
    </form>
  );
}
