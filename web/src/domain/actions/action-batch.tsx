/** Approves or rejects all selected actions. Each gets its own result, and a refused one stays selected. */
import type { ActionsDecideOutput, AgentAction } from "@bailiwick/sdk";
import { useState } from "react";
import { useCommand } from "../../data/command.ts";
import { whyText } from "../../data/run-many.ts";
import { useDenied } from "../../data/session.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { counted } from "../../ui/count.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { AgentName } from "../agents/agent-name.tsx";
import { typeText } from "./action-words.ts";
import { Payload } from "./payload.tsx";
import { ReasonForm } from "./reason-form.tsx";
import { ACTION_CHANGES } from "./use-decide-action.ts";

interface BatchProps {
  actions: readonly AgentAction[];
  /** The number of selected rows, of which some may be no actions. */
  count: number;
  /** Called with the actions that were refused. */
  onDone: (failed: ReadonlySet<string>) => void;
}

type Decision = "approve" | "reject";

export function ActionBatch({ actions, count, onDone }: BatchProps) {
  const [decision, setDecision] = useState<Decision>();
  const denied = useDenied("actions:decide");
  const part = actions.length < count ? ` ${actions.length}` : "";
  useHotkeys([
    { keys: "a", label: "Approve the selected actions", denied, run: () => setDecision("approve") },
    { keys: "r", label: "Reject the selected actions", denied, run: () => setDecision("reject") },
  ]);
  return (
    <>
      <Button size="small" keys="r" denied={denied} onClick={() => setDecision("reject")}>
        Reject{part}…
      </Button>
      <Button size="small" look="primary" keys="a" denied={denied} onClick={() => setDecision("approve")}>
        Approve{part}…
      </Button>
      {decision && (
        <BatchDialog actions={actions} decision={decision} onDone={onDone} onClose={() => setDecision(undefined)} />
      )}
    </>
  );
}

interface DialogProps extends Omit<BatchProps, "count"> {
  decision: Decision;
  onClose: () => void;
}

const TITLES = { approve: "Approve", reject: "Reject" } as const;

function BatchDialog({ actions: chosen, decision, onDone, onClose }: DialogProps) {
  // The dialog decides about the actions that it shows, also when more is selected meanwhile.
  const [actions] = useState(chosen);
  const { run, isRunning, error } = useCommand({
    send: (client, reason: string) =>
      client.actions.decide({
        items: actions.map(({ id, payload_hash }) => ({
          id,
          decision,
          payload_hash,
          ...(reason.trim() !== "" && { reason }),
        })),
      }),
    changes: ACTION_CHANGES,
    isQuiet: true,
    done: (result) => doneText(result, decision),
  });
  const send = async (reason: string) => {
    const result = await run(reason);
    if (!result) return undefined;
    onDone(new Set(result.items.filter(({ problem }) => problem).map(({ id }) => id)));
    onClose();
    return result;
  };
  return (
    <Dialog title={`${TITLES[decision]} ${counted(actions.length, "action")}`} isOpen onClose={onClose} width="large">
      <Payloads of={actions} />
      {decision === "reject" ? (
        <ReasonForm
          action={`Reject ${counted(actions.length, "action")}`}
          hint="The agents read it."
          error={error}
          isBusy={isRunning}
          onSend={send}
          onClose={onClose}
        />
      ) : (
        <div className="space-y-3">
          <CommandFault error={error} />
          <p className="text-sm text-ink-2">They are sent within seconds. What was sent cannot be undone here.</p>
          <div className="flex justify-end gap-2 max-sm:[&>*]:h-11 max-sm:[&>*]:grow">
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" isBusy={isRunning} onClick={() => void send("")}>
              Approve {counted(actions.length, "action")}
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}

function Payloads({ of: actions }: { of: readonly AgentAction[] }) {
  return (
    <ol className="mb-4 space-y-3">
      {actions.map((action) => (
        <li key={action.id} className="space-y-1">
          <p className="flex min-w-0 items-center gap-1.5 text-sm">
            <AgentLine text={typeText(action.action_type)} className="truncate font-medium" /> ·
            <AgentName id={action.agent_id} isLink={false} />
          </p>
          <Payload of={action} />
        </li>
      ))}
    </ol>
  );
}

function doneText({ items }: ActionsDecideOutput, decision: Decision): string {
  const refused = items.flatMap(({ problem }) => problem ?? []);
  const done = `${counted(items.length - refused.length, "action")} ${decision === "approve" ? "approved" : "rejected"}`;
  return refused.length === 0
    ? done
    : `${done}, ${refused.length} not: ${whyText(refused.map(({ detail }) => detail))}`;
}
