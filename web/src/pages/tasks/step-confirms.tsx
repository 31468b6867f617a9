/** The steps of a task that ask first: the person takes the task, or cancels it. */
import { useAgent } from "../../data/agents.ts";
import { useCommand } from "../../data/command.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { counted } from "../../ui/count.tsx";
import { Confirm } from "../../ui/dialog.tsx";

interface ConfirmProps {
  task: TaskDetail;
  isOpen: boolean;
  onClose: () => void;
}

export function TakeTask({ task: { id, assigned_to_agent_id: agentId }, isOpen, onClose }: ConfirmProps) {
  const { client } = useSession();
  const name = useAgent(agentId ?? undefined)?.name;
  const { run } = useCommand({
    send: (client) => client.tasks.start({ id }),
    changes: ["tasks"],
    done: "You hold the task",
    undo: () => () => client.tasks.undo({ id }),
  });
  return (
    <Confirm
      title="Take this task yourself?"
      action="Take the task"
      isOpen={isOpen}
      onClose={onClose}
      onConfirm={async () => (await run(undefined)) !== undefined}
    >
      You then hold it, without a time limit, until you complete it, fail it or give it back.{" "}
      {name ? <AgentLine text={name} /> : "No agent"} {name ? "does not work" : "works"} on it meanwhile.
    </Confirm>
  );
}

export function CancelTask({ task: { id, status }, isOpen, onClose }: ConfirmProps) {
  const { run } = useCommand({
    send: (client, reason: string | undefined) => client.tasks.cancel({ id, ...(reason !== undefined && { reason }) }),
    changes: ["tasks"],
    done: canceledText,
  });
  const isRunning = status === "running";
  return (
    <Confirm
      title="Cancel this task?"
      action="Cancel task"
      isOpen={isOpen}
      onClose={onClose}
      reason="optional"
      isDangerous
      onConfirm={async (reason) => (await run(reason)) !== undefined}
    >
      {isRunning && "The agent learns of it with its next heartbeat and stops. "}
      Its open subtasks are canceled too. A canceled task stays canceled; a retry creates a new task.
    </Confirm>
  );
}

/** `ending`: the number of subtasks that are still open; the server ends them. */
export function canceledText({ ending = 0 }: { ending?: number }): string {
  if (ending === 0) return "Canceled";
  const tasks = counted(ending, "subtask ends", "subtasks end");
  return `Canceled. ${tasks} within seconds; none of them starts.`;
}
