/** The tasks that ended without success and that a task still waits for. Each can be dropped, replaced or retried. */
import { Suspense, useState } from "react";
import { useCommand } from "../../data/command.ts";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import type { TaskDetail, TaskRow } from "../../data/tasks.ts";
import { useDeniedStep } from "../../domain/tasks/denied-step.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Skeleton } from "../../ui/states.tsx";
import { TaskLink } from "./task-facts.tsx";

const TaskPicker = lazyPart(() => import("../../domain/tasks/task-picker.tsx"), "TaskPicker");

/** The code of the gap, and of the refusal of a start. */
export const DEPENDENCY_FAILED = "dependency_failed";

export function FailedDependencies({ task }: { task: TaskDetail }) {
  return (
    <ul className="mt-2 space-y-2">
      {task.depends_on.map((id) => (
        <FailedDependency key={id} task={task} id={id} />
      ))}
    </ul>
  );
}

interface DependencyProps {
  task: TaskDetail;
  /** The task that it waits for. */
  id: string;
}

function FailedDependency({ task, id }: DependencyProps) {
  const [isReplacing, setReplacing] = useState(false);
  const { data } = useRead(["tasks", "get", id], (client, call) => client.tasks.get({ id }, call));
  const change = useChange(task);
  const retry = useCommand({
    send: (client) => client.tasks.retry({ id }),
    changes: ["tasks"],
    done: "Queued as a new task. This task waits for it.",
  });
  const deniedTo = useDeniedStep();
  if (data?.status !== "failed" && data?.status !== "canceled") return null;
  const denied = deniedTo(task, "change_dependencies");
  return (
    <li className="flex flex-wrap items-center gap-2">
      <span className="min-w-0 grow basis-40">
        <TaskLink id={id} />
      </span>
      <Button size="small" denied={deniedTo(data, "retry")} isBusy={retry.isRunning} onClick={() => void retry.run({})}>
        Retry it
      </Button>
      <Button size="small" denied={denied} onClick={() => setReplacing(true)}>
        Replace…
      </Button>
      <Button
        size="small"
        denied={denied}
        isBusy={change.isRunning}
        onClick={() => void change.run({ drop: [id], add: [] })}
      >
        Drop
      </Button>
      {isReplacing && <Replace task={task} id={id} onClose={() => setReplacing(false)} />}
    </li>
  );
}

interface Change {
  drop: string[];
  add: string[];
}

function useChange({ id }: TaskDetail, isQuiet = false) {
  const { client } = useSession();
  const change = (by: Change) => client.tasks.changeDependencies({ id, ...by });
  return useCommand({
    send: (_client, by: Change) => change(by),
    changes: ["tasks"],
    done: (_task, { add }) => (add.length === 0 ? "Dropped" : "Replaced"),
    undo:
      (_task, { drop, add }) =>
      () =>
        change({ drop: add, add: drop }),
    isQuiet,
  });
}

function Replace({ task, id, onClose }: DependencyProps & { onClose: () => void }) {
  const [other, setOther] = useState<TaskRow>();
  const { run, isRunning, error } = useChange(task, true);
  const submit = async () => {
    if (other && (await run({ drop: [id], add: [other.id] }))) onClose();
  };
  return (
    <Dialog title="Replace the task" isOpen onClose={onClose} width="small">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <p className="text-ink-2">This task then waits for the task that you choose.</p>
        <Suspense fallback={<Skeleton lines={2} />}>
          <TaskPicker label="Task" value={other} onChange={setOther} isRequired />
        </Suspense>
        {error && (
          <p role="alert" className="text-sm text-failed">
            {error.message}
          </p>
        )}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" isBusy={isRunning} denied={other ? undefined : "Choose a task first."}>
            Replace
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
