/** The target and the state of a stop. */
import type { Stop } from "@bailiwick/sdk";
import { CircleCheck, CircleDashed, Octagon, OctagonPause } from "lucide-react";
import { AgentName } from "../agents/agent-name.tsx";
import { Chip } from "../status.tsx";
import { TaskName } from "../usage/task-name.tsx";

export function StopTarget({ of: { agent_id, root_task_id }, isTwoLines = false }: { of: Stop; isTwoLines?: boolean }) {
  if (agent_id !== null) return <AgentName id={agent_id} />;
  if (root_task_id === null) return <span>The workspace</span>;
  return (
    <span className={isTwoLines ? "flex min-w-0 flex-col" : "flex min-w-0 items-baseline gap-x-1"}>
      <TaskName id={root_task_id} isLine unread="A task" />
      <span className={isTwoLines ? "text-sm text-ink-3" : "shrink-0 text-ink-2 max-sm:sr-only"}>and its subtasks</span>
    </span>
  );
}

export function StopState({ of: { drill, ended_at, state } }: { of: Stop }) {
  if (drill) return <Chip tone="queued" icon={CircleDashed} word="Drill" isPlain />;
  if (ended_at !== null) return <Chip tone="queued" icon={CircleCheck} word="Lifted" isPlain />;
  return state === "stopping" ? (
    <Chip tone="blocked" icon={OctagonPause} word="Stopping" isPlain />
  ) : (
    <Chip tone="failed" icon={Octagon} word="Stopped" isPlain />
  );
}
