/** The subtasks of a task. */
import { Link, useNavigate } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { useDenied } from "../../data/session.tsx";
import { type TaskDetail, useChildren } from "../../data/tasks.ts";
import { Button } from "../../ui/button.tsx";
import { useHotkeys } from "../../ui/keys.ts";
import { lazyPart } from "../../ui/lazy-part.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState } from "../../ui/states.tsx";
import { useIsPhone } from "../../ui/use-media.ts";
import { TaskLines, TaskLineWide } from "./task-columns.tsx";

const CreateTask = lazyPart(() => import("./create-task.tsx"), "CreateTask");

/** Left out while the task has no subtask: the line of further parts has the button then. */
export function SubtaskList({ task, isPage }: { task: TaskDetail; isPage: boolean }) {
  const children = useChildren(task.id);
  if (!children.error && children.rows.length === 0) return null;
  const { open_children } = task;
  return (
    <Section
      title="Subtasks"
      about={
        <>
          {open_children > 0 && <span>{open_children} not finished</span>}
          <NewSubtask task={task} />
        </>
      }
    >
      <Subtasks of={children} isPage={isPage} />
    </Section>
  );
}

export function NewSubtask({ task: { id } }: { task: TaskDetail }) {
  const [isCreating, setCreating] = useState(false);
  const denied = useDenied("tasks:write");
  const navigate = useNavigate();
  const open = (made: string) => void navigate({ to: "/tasks/$id", params: { id: made } });
  useHotkeys([{ label: "New subtask of this task", denied, run: () => setCreating(true) }]);
  return (
    <>
      <Button size="small" look="quiet" denied={denied} onClick={() => setCreating(true)}>
        <Plus aria-hidden className="size-4" />
        New subtask
      </Button>
      <Suspense>
        {isCreating && (
          <CreateTask parentId={id} assigneeId={undefined} onClose={() => setCreating(false)} onCreated={open} />
        )}
      </Suspense>
    </>
  );
}

interface SubtasksProps {
  of: ReturnType<typeof useChildren>;
  isPage: boolean;
}

function Subtasks({ of: { rows, error, hasMore, loadMore, reload }, isPage }: SubtasksProps) {
  const isPhone = useIsPhone();
  return (
    <>
      {Boolean(error) && <ErrorState error={error} retry={reload} />}
      <ul className="divide-y divide-line">
        {rows.map((row) => (
          <li key={row.id}>
            <Link to="/tasks/$id" params={{ id: row.id }} className="-mx-2 block rounded px-2 py-1.5 hover:bg-hover">
              {isPage && !isPhone ? <TaskLineWide task={row} /> : <TaskLines task={row} isBelow />}
            </Link>
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button size="small" className="mt-2" onClick={loadMore}>
          Show more
        </Button>
      )}
    </>
  );
}
