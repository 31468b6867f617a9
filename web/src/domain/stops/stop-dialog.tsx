/** Stops the workspace, an agent or a tree of tasks, and says first what that means in numbers. */
import { STOP_PARTS, type StopScope, type StopsCreateInput } from "@bailiwick/sdk";
import { type FormEvent, Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { Button } from "../../ui/button.tsx";
import { CommandFault } from "../../ui/command-fault.tsx";
import { counted } from "../../ui/count.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Check, Select, TextInput } from "../../ui/field.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { PART_HINTS, PART_NAMES, type StopPart, USUAL_PARTS } from "./stop-words.ts";

const AgentPicker = lazyPart(() => import("../agents/agent-picker.tsx"), "AgentPicker");

/** The target that a page gives; without an id, the person chooses. */
export interface StopPlace {
  scope: "agent" | "tree";
  id: string;
  name: string;
}

const SCOPES = [
  { value: "workspace", label: "The whole workspace" },
  { value: "agent", label: "One agent" },
] as const;
type Chosen = (typeof SCOPES)[number]["value"];

interface StopDialogProps {
  place?: StopPlace | undefined;
  onClose: () => void;
}

export function StopDialog({ place, onClose }: StopDialogProps) {
  const [chosen, setChosen] = useState<Chosen>("workspace");
  const [agentId, setAgentId] = useState<string>();
  const [what, setWhat] = useState<readonly StopPart[]>(USUAL_PARTS);
  const [reason, setReason] = useState("");
  const [isDrill, setDrill] = useState(false);
  const scope = place?.scope ?? chosen;
  const id = place?.id ?? (chosen === "agent" ? agentId : undefined);
  const stop = useStop();
  const missing = missingIn({ needsAgent: scope === "agent" && id === undefined, what, reason });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (missing !== undefined) return;
    const input = { scope, ...(id !== undefined && { id }), what: [...what], reason, drill: isDrill };
    if (await stop.run(input)) onClose();
  };
  return (
    <Dialog title={place ? `Stop ${place.name.slice(0, 60)}?` : "Stop?"} isOpen onClose={onClose}>
      <form className="space-y-4" noValidate onSubmit={submit}>
        {!place && <Chooser chosen={chosen} onChoose={setChosen} agentId={agentId} onAgent={setAgentId} />}
        <Numbers scope={scope} id={id} />
        <PartChecks scope={scope} what={what} onChange={setWhat} />
        <TextInput
          label="Reason"
          isRequired
          isAutoFocused
          hint="Everybody in the workspace sees it."
          value={reason}
          onChange={setReason}
        />
        <Check label="Drill" hint="Records these numbers and stops nothing." isChecked={isDrill} onChange={setDrill} />
        <CommandFault error={stop.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look={isDrill ? "primary" : "danger"} isBusy={stop.isRunning} denied={missing}>
            {isDrill ? "Record the drill" : "Stop"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useStop() {
  return useCommand({
    send: ({ stops }, input: StopsCreateInput) => stops.create(input),
    changes: ["stops", "tasks", "agents", "keys"],
    isQuiet: true,
    done: ({ drill, what, running_count, waiting_count }) => {
      if (drill)
        return `Drill recorded: ${counted(running_count, "running task")}, ${counted(waiting_count, "task")} would wait`;
      return what.includes("running") ? `Stopped. ${counted(running_count, "running task")} must end` : "Stopped";
    },
  });
}

interface Filled {
  needsAgent: boolean;
  what: readonly StopPart[];
  reason: string;
}

function missingIn({ needsAgent, what, reason }: Filled): string | undefined {
  if (needsAgent) return "Choose an agent first.";
  if (what.length === 0) return "Choose a part first.";
  return reason.trim() === "" ? "Enter a reason first." : undefined;
}

interface ChooserProps {
  chosen: Chosen;
  onChoose: (chosen: Chosen) => void;
  agentId: string | undefined;
  onAgent: (id: string | undefined) => void;
}

function Chooser({ chosen, onChoose, agentId, onAgent }: ChooserProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Select
        label="What to stop"
        value={chosen}
        options={SCOPES}
        onChange={(value) => onChoose(value || "workspace")}
      />
      <Suspense>{chosen === "agent" && <AgentPicker label="Agent" value={agentId} onChange={onAgent} />}</Suspense>
    </div>
  );
}

/** The tasks that the stop concerns now. */
function Numbers({ scope, id }: { scope: StopScope; id: string | undefined }) {
  const filter = {
    ...(scope === "agent" && id !== undefined && { assigned_to_agent_id: id }),
    ...(scope === "tree" && id !== undefined && { root_task_id: id }),
    status: "open" as const,
  };
  const isKnown = scope === "workspace" || id !== undefined;
  const { data } = useRead(["tasks", "count", filter], ({ tasks }, call) => tasks.count(filter, call), {
    enabled: isKnown,
  });
  if (!isKnown) return null;
  const { running = 0, queued = 0 } = data?.by_status ?? {};
  return (
    <p role="status" className="min-h-6 font-medium">
      {data && `${counted(running, "task runs", "tasks run")} now, ${counted(queued, "waits", "wait")}.`}
    </p>
  );
}

interface PartProps {
  scope: StopScope;
  what: readonly StopPart[];
  onChange: (what: readonly StopPart[]) => void;
}

function PartChecks({ scope, what, onChange }: PartProps) {
  const shown = STOP_PARTS.filter((part) => part !== "keys" || scope !== "tree");
  return (
    <fieldset className="space-y-2">
      <legend className="pb-1 text-sm text-ink-2">Parts</legend>
      {shown.map((part) => (
        <Check
          key={part}
          label={PART_NAMES[part]}
          hint={PART_HINTS[part]}
          isChecked={what.includes(part)}
          onChange={(isOn) => onChange(isOn ? [...what, part] : what.filter((one) => one !== part))}
        />
      ))}
    </fieldset>
  );
}
