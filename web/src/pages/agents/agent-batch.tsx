/** Actions on several agents at once. */
import type { AgentStep, Client } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { Archive, Pause, Play } from "lucide-react";
import { useState } from "react";
import type { AgentRow } from "../../data/agent-rows.ts";
import { notify } from "../../data/notices.ts";
import { asksToConfirm, describeError } from "../../data/query.ts";
import { type ManyDone, runMany } from "../../data/run-many.ts";
import { useDenied, useSession } from "../../data/session.tsx";
import { allowsStep, statesDenied } from "../../domain/agents/agent-steps.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Confirm, Dialog } from "../../ui/dialog.tsx";
import { BatchBar } from "../../ui/toolbar.tsx";

interface AgentBatchProps {
  rows: readonly AgentRow[];
  ids: ReadonlySet<string>;
  onClear: () => void;
}

type Step = Extract<AgentStep, "pause" | "resume" | "archive">;
const DONE: Record<Step, string> = { pause: "paused", resume: "resumed", archive: "archived" };
const OPPOSITE = { pause: "resume", resume: "pause" } as const;

export function AgentBatch({ rows, ids, onClear }: AgentBatchProps) {
  const chosen = rows.filter(({ id }) => ids.has(id));
  const [isArchiving, setArchiving] = useState(false);
  const { take, isRunning, refused, close } = useSteps(onClear);
  return (
    <>
      <BatchBar count={chosen.length} onClear={onClear}>
        <StepButton step="pause" chosen={chosen} isBusy={isRunning} onClick={() => void take("pause", chosen)} />
        <StepButton step="resume" chosen={chosen} isBusy={isRunning} onClick={() => void take("resume", chosen)} />
        <StepButton step="archive" chosen={chosen} isBusy={isRunning} onClick={() => setArchiving(true)} />
      </BatchBar>
      <Confirm
        title={`Archive ${counted(chosen.length, "agent")}?`}
        action="Archive"
        isDangerous
        reason="optional"
        isOpen={isArchiving}
        onClose={() => setArchiving(false)}
        onConfirm={async (reason) => {
          await take("archive", chosen, { reason });
          return true;
        }}
      >
        The agents stop working and their keys end. This cannot be undone. Their past work stays visible.
      </Confirm>
      {refused && (
        <Refused
          {...refused}
          onClose={close}
          onConfirm={() => take("archive", refused.confirmable, { confirm: true, reason: refused.reason })}
        />
      )}
    </>
  );
}

const BUTTONS = {
  pause: { label: "Pause", icon: Pause, look: "plain" },
  resume: { label: "Resume", icon: Play, look: "plain" },
  archive: { label: "Archive", icon: Archive, look: "danger" },
} as const satisfies Record<Step, object>;

interface StepButtonProps {
  step: Step;
  chosen: readonly AgentRow[];
  isBusy: boolean;
  onClick: () => void;
}

function StepButton({ step, chosen, isBusy, onClick }: StepButtonProps) {
  const { label, icon: Icon, look } = BUTTONS[step];
  const forbidden = useDenied("agents:write");
  return (
    <Button size="small" look={look} isBusy={isBusy} denied={forbidden ?? statesDenied(chosen, step)} onClick={onClick}>
      <Icon aria-hidden className="size-3.5" />
      {label}
    </Button>
  );
}

interface StepOptions {
  reason?: string | undefined;
  confirm?: boolean;
}

interface RefusedStep {
  step: Step;
  failed: ManyDone<AgentRow, unknown>["failed"];
  /** The agents that can be archived after a confirmation. */
  confirmable: AgentRow[];
  reason: string | undefined;
}

function useSteps(onClear: () => void) {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const [isRunning, setRunning] = useState(false);
  const [refused, setRefused] = useState<RefusedStep>();
  async function take(step: Step, chosen: readonly AgentRow[], options: StepOptions = {}): Promise<void> {
    setRunning(true);
    setRefused(undefined);
    // Agents in other states stay as they are.
    const possible = chosen.filter(({ status }) => allowsStep(status, step));
    const { done, failed } = await runMany(possible, ({ id }) => send(client, step, id, options));
    const refresh = () => cache.invalidateQueries({ queryKey: [workspace.id, "agents"] });
    await refresh();
    setRunning(false);
    if (done.length > 0) {
      onClear();
      const rows = done.map(({ item }) => item);
      const undo = step === "archive" ? undefined : () => takeBack(client, OPPOSITE[step], rows).then(refresh);
      notify({ title: `${counted(done.length, "agent")} ${DONE[step]}`, undo });
    }
    if (failed.length > 0) {
      const confirmable = failed.filter(({ error }) => asksToConfirm(error)).map(({ item }) => item);
      setRefused({ step, failed, confirmable, reason: options.reason });
    }
  }
  return { take, isRunning, refused, close: () => setRefused(undefined) };
}

function send({ agents }: Client, step: Step, id: string, { reason, confirm }: StepOptions) {
  if (step === "archive") return agents.archive({ id, reason, ...(confirm && { confirm }) });
  return agents[step]({ id, reason });
}

async function takeBack(client: Client, step: "pause" | "resume", rows: readonly AgentRow[]): Promise<void> {
  const { failed } = await runMany(rows, ({ id }) => send(client, step, id, {}));
  const [first] = failed;
  if (!first) return;
  const { detail } = describeError(first.error);
  notify({ title: `${counted(failed.length, "agent")} not ${DONE[step]}`, detail, isError: true });
}

interface RefusedProps extends RefusedStep {
  onClose: () => void;
  onConfirm: () => Promise<void>;
}

function Refused({ step, failed, confirmable, onClose, onConfirm }: RefusedProps) {
  return (
    <Dialog title={`${counted(failed.length, "agent")} not ${DONE[step]}`} width="small" isOpen onClose={onClose}>
      <ul className="max-h-80 divide-y divide-line overflow-y-auto">
        {failed.map(({ item, error }) => (
          <li key={item.id} className="py-2">
            <AgentLine text={item.name} className="block truncate font-medium" />
            <p className="text-sm break-words text-ink-2">{describeError(error).detail}</p>
          </li>
        ))}
      </ul>
      <div className="mt-4 flex justify-end gap-2">
        <Button onClick={onClose}>{confirmable.length > 0 ? "Keep them" : "Close"}</Button>
        {confirmable.length > 0 && (
          <Button look="danger" onClick={() => void onConfirm()}>
            Archive {counted(confirmable.length, "agent")} anyway
          </Button>
        )}
      </div>
    </Dialog>
  );
}
