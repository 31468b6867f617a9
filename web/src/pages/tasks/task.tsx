/** One task on its own page. */
import { getRouteApi } from "@tanstack/react-router";
import { useTask } from "../../data/tasks.ts";
import { TaskStatus } from "../../domain/status.tsx";
import { AgentText } from "../../ui/agent-text.tsx";
import { buttonClass } from "../../ui/button.tsx";
import { Page, UpLink } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { TaskDetail } from "./task-detail.tsx";

const UP = { href: "/tasks", label: "Go to tasks" };
const route = getRouteApi("/tasks/$id");

/** A longer title is cut in the head and shown in full below. */
const TITLE_LENGTH_MAX = 90;

export function TaskPage() {
  const { id } = route.useParams();
  const { data: task, error, refetch } = useTask(id);
  if (!task) {
    return (
      <Page title="Task" up={UP}>
        {error ? (
          <ErrorState error={error} retry={() => void refetch()} way={<UpLink {...UP} className={buttonClass()} />} />
        ) : (
          <Skeleton lines={9} className="p-4" />
        )}
      </Page>
    );
  }
  return (
    <Page title={task.title.slice(0, TITLE_LENGTH_MAX * 2)} up={UP} about={<TaskStatus of={task} />}>
      <TaskDetail
        key={id}
        task={task}
        isPage
        head={
          task.title.length > TITLE_LENGTH_MAX && (
            <div className="max-w-384 px-4 pt-4">
              <AgentText text={task.title} />
            </div>
          )
        }
      />
    </Page>
  );
}
