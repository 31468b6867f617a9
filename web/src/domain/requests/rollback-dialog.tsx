/** Shows what a rollback restores, and rolls the change back. */
import type { RollbackPreview } from "@bailiwick/sdk";
import { type FormEvent, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, TextInput } from "../../ui/field.tsx";
import { OldNew } from "../../ui/old-new.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { fieldText } from "./request-words.ts";

interface RollbackProps {
  /** The id of the fact of the change. */
  auditId: string;
  onClose: () => void;
}

export function RollbackDialog({ auditId, onClose }: RollbackProps) {
  const preview = useRead(["governance", "rollback", auditId], ({ governance }, call) =>
    governance.previewRollback({ audit_id: auditId }, call),
  );
  return (
    <Dialog title="Roll this change back?" isOpen onClose={onClose}>
      {preview.data ? (
        <RollbackForm auditId={auditId} of={preview.data} onClose={onClose} />
      ) : preview.error ? (
        <ErrorState error={preview.error} retry={() => void preview.refetch()} />
      ) : (
        <Skeleton lines={3} />
      )}
    </Dialog>
  );
}

function RollbackForm({ auditId, of: preview, onClose }: RollbackProps & { of: RollbackPreview }) {
  const { policy, field, current_value, restored_value, is_stale, needs_reason, refusal } = preview;
  const [reason, setReason] = useState("");
  const [isConfirmed, setConfirmed] = useState(false);
  const rollback = useCommand({
    send: ({ governance }) =>
      governance.rollback({ audit_id: auditId, confirm: isConfirmed, ...(reason.trim() !== "" && { reason }) }),
    changes: ["governance", "risk", "caps", "audit"],
    isQuiet: true,
    done: "Rolled back",
  });
  const denied =
    refusal ??
    (needs_reason && reason.trim() === "" ? "Enter a reason first: the action becomes milder." : undefined) ??
    (is_stale && !isConfirmed ? "Confirm first that a later change is overwritten." : undefined);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied === undefined && (await rollback.run(undefined))) onClose();
  };
  const text = (value: number | string) => fieldText(policy.policy_type, field, value);
  if (current_value === restored_value)
    return (
      <div className="space-y-4">
        <p>It is {text(current_value)} already, so there is nothing to roll back.</p>
        <div className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </div>
    );
  return (
    <form className="space-y-4" noValidate onSubmit={submit}>
      <OldNew from={text(current_value)} to={text(restored_value)} />
      {refusal !== null && <p className="text-failed">{refusal}</p>}
      {is_stale && refusal === null && (
        <Check
          label="Overwrite the later change"
          hint="Somebody changed this field again after the change that you roll back."
          isChecked={isConfirmed}
          onChange={setConfirmed}
        />
      )}
      <TextInput label="Reason" isRequired={needs_reason} value={reason} onChange={setReason} />
      <CommandFault error={rollback.error} />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" look="primary" isBusy={rollback.isRunning} denied={denied}>
          Roll back
        </Button>
      </div>
    </form>
  );
}
