/** Pauses an agent, and then queues, hands over or cancels its running tasks. It says which tasks could not be ended. */
import type { Agent, Client, TaskItem } from "@bailiwick/sdk";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { notifyError } from "../../data/command.ts";
import { notify } from "../../data/notices.ts";
import { describeError, useRead } from "../../data/query.ts";
import { type ManyDone, runMany } from "../../data/run-many.ts";
import { useSession } from "../../data/session.tsx";
import { AgentPicker } from "../../domain/agents/agent-picker.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Button } from "../../ui/button.tsx";
import { counted } from "../../ui/count.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Select } from "../../ui/field.tsx";

/** The most tasks that one press ends; the largest page of the API. */
const TASKS_MAX = 200;
const REASON = "A person paused the agent.";

type Way = "release" | "assign" | "cancel";
const WAYS = [
  { value: "release", label: "Queue them again for this agent" },
  { value: "assign", label: "Give them to another agent" },
  { value: "cancel", label: "Cancel them, with their open subtasks" },
] as const;
const DONE: Record<Way, string> = { release: "queued again", assign: "handed over", cancel: "canceled" };

interface PauseProps {
  agent: Agent;
  onClose: () => void;
}

type Ended = ManyDone<TaskItem, unknown> & { way: Way };

export function PauseAndHandOver({ agent, onClose }: PauseProps) {
  const [ended, setEnded] = useState<Ended>();
  return (
    <Dialog
      title={ended ? `${agent.name.slice(0, 60)} still runs tasks` : "Pause and hand over?"}
      isOpen
      onClose={onClose}
      width="small"
    >
      {ended ? <Result ended={ended} onClose={onClose} /> : <Form agent={agent} onEnded={setEnded} onClose={onClose} />}
    </Dialog>
  );
}

function Form({ agent, onEnded, onClose }: PauseProps & { onEnded: (ended: Ended) => void }) {
  const { client, workspace } = useSession();
  const cache = useQueryClient();
  const [way, setWay] = useState<Way>("release");
  const [to, setTo] = useState<string>();
  const [isRunning, setRunning] = useState(false);
  const running = useRead(["tasks", "count", { assigned_to_agent_id: agent.id, status: "running" }], (sdk, call) =>
    sdk.tasks.count({ assigned_to_agent_id: agent.id, status: "running" }, call),
  ).data?.total;
  const pause = async () => {
    setRunning(true);
    try {
      const ended = { ...(await pauseNow(client, agent, { way, to })), way };
      // In place of the notice of an earlier pause, which said that tasks go on.
      if (ended.failed.length === 0) {
        notify({ title: `${agent.name.slice(0, 60)} is paused`, detail: doneText(ended), about: agent.id });
        onClose();
      } else onEnded(ended);
    } catch (error) {
      notifyError(error);
      setRunning(false);
    }
    for (const area of ["agents", "tasks"]) void cache.invalidateQueries({ queryKey: [workspace.id, area] });
  };
  const needsAgent = way === "assign" && (to === undefined || to === agent.id);
  return (
    <div className="space-y-3">
      <p className="text-ink-2">
        It is paused first, so it starts nothing more.{" "}
        {running !== undefined && `It runs ${counted(running, "task")} now.`}
      </p>
      <Select label="Its running tasks" value={way} options={WAYS} onChange={(value) => setWay(value || "release")} />
      {way === "assign" && <AgentPicker label="Agent" value={to} onChange={setTo} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Keep it going</Button>
        <Button
          look="danger"
          isBusy={isRunning}
          denied={needsAgent ? "Choose another agent first." : undefined}
          onClick={() => void pause()}
        >
          Pause and hand over
        </Button>
      </div>
    </div>
  );
}

interface EndChoice {
  way: Way;
  to: string | undefined;
}

async function pauseNow(client: Client, { id, status }: Agent, choice: EndChoice) {
  if (status !== "paused") await client.agents.pause({ id, reason: REASON });
  // The paused agent starts nothing more, so this list has all that is left.
  const filter = { assigned_to_agent_id: id, status: "running", limit: TASKS_MAX } as const;
  const { items } = await client.tasks.list(filter);
  return runMany(items, (task) => endTask(client, task.id, choice));
}

function endTask({ tasks }: Client, id: string, { way, to = "" }: EndChoice): Promise<unknown> {
  if (way === "assign") return tasks.assign({ id, assigned_to_agent_id: to, reason: REASON });
  return tasks[way]({ id, reason: REASON });
}

const doneText = ({ done, way }: Ended): string =>
  `It is paused. ${done.length === 0 ? "It ran no task." : `${counted(done.length, "task")} ${DONE[way]}.`}`;

/** Names the tasks that could not be ended. */
function Result({ ended, onClose }: { ended: Ended; onClose: () => void }) {
  return (
    <div className="space-y-3">
      <p role="status">
        {doneText(ended)} {counted(ended.failed.length, "task")} could not be ended:
      </p>
      <ul className="max-h-60 divide-y divide-line overflow-y-auto">
        {ended.failed.map(({ item, error }) => (
          <li key={item.id} className="py-2">
            <AgentLine text={item.title} className="block truncate font-medium" />
            <p className="text-sm break-words text-ink-2">{describeError(error).detail}</p>
          </li>
        ))}
      </ul>
      <div className="flex justify-end">
        <Button onClick={onClose}>Done</Button>
      </div>
    </div>
  );
}
