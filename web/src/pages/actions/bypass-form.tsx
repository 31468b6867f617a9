/** Lets actions pass without a decision, for a time. */
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";

const AgentPicker = lazyPart(() => import("../../domain/agents/agent-picker.tsx"), "AgentPicker");
const MINUTES_PRESET = "60";

export function BypassForm({ onClose }: { onClose: () => void }) {
  const [minutes, setMinutes] = useState(MINUTES_PRESET);
  const [reason, setReason] = useState("");
  const [agentId, setAgentId] = useState<string>();
  const mayDecide = useDenied("actions:decide");
  const { run, isRunning, error } = useCommand({
    send: ({ actions }) =>
      actions.startBypass({ minutes: Number(minutes), reason, ...(agentId !== undefined && { agent_id: agentId }) }),
    changes: ["actions"],
    isQuiet: true,
    done: "The bypass has started",
  });
  const missing =
    reason.trim() === "" ? "Enter a reason first." : Number(minutes) > 0 ? undefined : "Enter a number first.";
  const denied = mayDecide ?? missing;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (denied === undefined && (await run(undefined))) onClose();
  };
  return (
    <Dialog title="Let actions pass without a decision" isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={(event) => void submit(event)}>
        <p className="text-ink-2">
          What agents propose meanwhile is sent at once. Rules that reject, caps and stops still apply, and each use
          names the bypass. What waits already still waits.
        </p>
        <div className="grid gap-4 sm:grid-cols-2">
          <TextInput
            type="number"
            label="Minutes"
            isRequired
            hint="At most 480."
            value={minutes}
            onChange={setMinutes}
          />
          <Suspense fallback={<div className="h-19" />}>
            <AgentPicker label="Agent" value={agentId} onChange={setAgentId} hint="Leave it empty for all agents." />
          </Suspense>
        </div>
        <TextInput label="Reason" isRequired maxLength={2_000} value={reason} onChange={setReason} />
        <CommandFault error={error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="danger" isBusy={isRunning} denied={denied}>
            Start the bypass
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
