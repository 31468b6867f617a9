/** The button at a late result. It completes the task with that result. */
import type { TaskEvent } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import type { TaskDetail } from "../../data/tasks.ts";
import { useDeniedStep } from "../../domain/tasks/denied-step.ts";
import { Button } from "../../ui/button.tsx";

interface AcceptProps {
  task: TaskDetail;
  event: TaskEvent;
}

export function AcceptLate({ task, event }: AcceptProps) {
  const denied = useDeniedStep()(task, "accept_late");
  const { run, isRunning } = useCommand({
    send: (client) => client.tasks.acceptLate({ id: task.id, event_id: event.id }),
    changes: ["tasks"],
    done: "Completed with the late result",
  });
  if (event.payload.step !== "complete" || task.status === "completed") return null;
  return (
    <Button size="small" className="mt-1" denied={denied} isBusy={isRunning} onClick={() => void run({})}>
      Accept this result
    </Button>
  );
}
