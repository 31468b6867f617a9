/** The button at a late result. It completes the task with that result. */
import type { TaskEvent } from "@bailiwick/sdk";
import { useCommand } from "../../data/command.ts";
import { useDenied } from "../../data/session.tsx";
import type { TaskDetail } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";

interface AcceptProps {
  task: TaskDetail;
  event: TaskEvent;
}

export function AcceptLate({ task, event }: AcceptProps) {
  const forbidden = useDenied("tasks:write");
  const { run, isRunning } = useCommand({
    send: (client) => client.tasks.acceptLate({ id: task.id, event_id: event.id }),
    changes: ["tasks"],
    done: "Completed with the late result",
  });
  const step = task.allowed_steps.find((one) => one.step === "accept_late");
  if (event.payload.step !== "complete" || task.status === "completed") return null;
  const denied = forbidden ?? (step?.allowed ? undefined : (step?.reason ?? "Not now."));
  return (
    <Button size="small" className="mt-1" denied={denied} isBusy={isRunning} onClick={() => void run({})}>
      Accept this result
    </Button>
  );
}
