/** The secret of a receiver, shown once. It is in this dialog and in the component that opened it, and nowhere else. */
import { TriangleAlert } from "lucide-react";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Snippet } from "../../ui/snippet.tsx";

interface SecretProps {
  secret: string;
  onClose: () => void;
  children?: ReactNode;
  /** Sends a test to the new receiver. */
  test?: { run: () => void; isRunning: boolean } | undefined;
}

export function NewSecret({ secret, onClose, children, test }: SecretProps) {
  const [isCopied, setCopied] = useState(false);
  const [isWarned, setWarned] = useState(false);
  const close = () => (isCopied || isWarned ? onClose() : setWarned(true));
  return (
    <Dialog title="Copy this secret now" isOpen onClose={close}>
      {/* Copying by hand counts as well. */}
      <div className="space-y-4" onCopy={() => setCopied(true)}>
        <p className="text-ink-2">
          Every delivery is signed with it (Standard Webhooks). The secret is shown only now. {children}
        </p>
        <Snippet label="Secret" text={secret} onCopy={() => setCopied(true)} />
        {isWarned && !isCopied && (
          <p role="alert" className="flex gap-2 rounded bg-blocked-soft px-3 py-2 text-sm text-blocked">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            You have not copied the secret. After you close this dialog nobody can see it again.
          </p>
        )}
        <div className="flex justify-end gap-2">
          {test && (
            <Button isBusy={test.isRunning} onClick={test.run}>
              Send a test
            </Button>
          )}
          <Button look={isCopied ? "primary" : "plain"} onClick={close}>
            {isWarned && !isCopied ? "Close without copying" : "Done"}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
