/** A task in the panel. */

import { useTask } from "../../data/tasks.ts";
import { TaskStatus } from "../../domain/status.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { TaskDetail } from "./task-detail.tsx";

export function TaskPanel({ id }: { id: string }) {
  const { data: task, error, refetch } = useTask(id);
  if (!task) {
    return error ? <ErrorState error={error} retry={() => void refetch()} /> : <Skeleton lines={9} className="p-4" />;
  }
  return (
    <TaskDetail
      key={id}
      task={task}
      isPage={false}
      head={
        <header className="px-4 pt-3 pr-28">
          <h2 className="line-clamp-4 text-lg font-semibold [overflow-wrap:anywhere]">
            <AgentLine text={task.title} />
          </h2>
          <div className="mt-1">
            <TaskStatus of={task} />
          </div>
        </header>
      }
    />
  );
}
