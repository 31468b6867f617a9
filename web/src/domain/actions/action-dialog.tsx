/** Decides about the action of a row. The dialog shows all of the payload, which a row cuts. */
import type { AgentAction } from "@bailiwick/sdk";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Money } from "../../ui/money.tsx";
import { AgentName } from "../agents/agent-name.tsx";
import { ConnectionName } from "./action-parts.tsx";
import { typeText } from "./action-words.ts";
import { DecideFault } from "./decide-fault.tsx";
import { EditForm } from "./edit-form.tsx";
import { Payload } from "./payload.tsx";
import { ReasonForm } from "./reason-form.tsx";
import { sentText } from "./sending-words.ts";
import { useActionType } from "./use-action.ts";
import { useDecideAction } from "./use-decide-action.ts";

export type DecideStep = "approve" | "reject" | "edit";

interface DialogProps {
  of: AgentAction;
  step: DecideStep;
  onClose: () => void;
}

const TITLES = { approve: "Approve", reject: "Reject", edit: "Edit and approve" } as const;

export function ActionDialog({ of: action, step, onClose }: DialogProps) {
  const { approve, reject, refused } = useDecideAction(action);
  return (
    <Dialog title={`${TITLES[step]}: ${typeText(action.action_type)}`} isOpen onClose={onClose}>
      <div className="space-y-3">
        <p className="flex min-w-0 flex-wrap items-center gap-x-1.5 text-sm text-ink-2">
          <AgentName id={action.agent_id} isLink={false} /> through <ConnectionName of={action} />
          {action.amount_usd !== null && (
            <>
              , <Money usd={action.amount_usd} />
            </>
          )}
        </p>
        {step !== "edit" && <Payload of={action} />}
        {step === "approve" && <Approve of={action} {...{ approve, refused, onClose }} />}
        {step === "reject" && (
          <ReasonForm
            action="Reject"
            hint="The agent reads it."
            error={reject.error}
            isBusy={reject.isRunning}
            onSend={reject.run}
            onClose={onClose}
          />
        )}
        {step === "edit" && <EditForm of={action} approve={approve} refused={refused} onClose={onClose} />}
      </div>
    </Dialog>
  );
}

interface ApproveProps extends Pick<ReturnType<typeof useDecideAction>, "approve" | "refused"> {
  of: AgentAction;
  onClose: () => void;
}

function Approve({ of: action, approve, refused, onClose }: ApproveProps) {
  const type = useActionType(action);
  const send = async (confirm: boolean) => {
    if (await approve.run({ confirm })) onClose();
  };
  return (
    <>
      <DecideFault error={approve.error} isBusy={approve.isRunning} onConfirm={() => void send(true)} />
      <p className="text-sm text-ink-2">{sentText(action, type)}</p>
      <div className="flex justify-end gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow">
        <Button onClick={onClose}>Cancel</Button>
        <Button look="primary" autoFocus denied={refused} isBusy={approve.isRunning} onClick={() => void send(false)}>
          Approve
        </Button>
      </div>
    </>
  );
}
