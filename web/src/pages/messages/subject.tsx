/** The name of a conversation: its task or its participants. */
import { Link } from "@tanstack/react-router";
import { ListTodo } from "lucide-react";
import { useSession } from "../../data/session.tsx";
import { useTaskTitle } from "../../data/tasks.ts";
import { SomeoneName } from "../../domain/actor-name.tsx";
import { partiesOf } from "../../domain/messages/thread.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { useThread } from "./thread-data.ts";

/** Further participants are only counted. */
const NAMED_MAX = 3;

export function Subject({ threadId }: { threadId: string }) {
  const { user } = useSession();
  const { rows } = useThread(threadId);
  const taskId = rows.find(({ task_id }) => task_id !== null)?.task_id;
  if (rows.length === 0) return null;
  if (!taskId) return <Parties ids={partiesOf(rows, user.id)} />;
  return (
    <Link
      to="/tasks/$id"
      params={{ id: taskId }}
      className="inline-flex min-w-0 items-center gap-1.5 rounded-sm hover:underline"
    >
      <TaskTitle id={taskId} />
    </Link>
  );
}

export function TaskTitle({ id }: { id: string }) {
  const title = useTaskTitle(id);
  return (
    <>
      <ListTodo aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
      <AgentLine text={title ?? "A task"} className="truncate" />
    </>
  );
}

/** Names the participants. The person is named only when there is no one else. */
export function Parties({ ids, isLink = true }: { ids: readonly string[]; isLink?: boolean }) {
  const { user } = useSession();
  const others = ids.filter((id) => id !== user.id);
  const named = others.length > 0 ? others : ids;
  const rest = named.length - NAMED_MAX;
  return (
    <span className="inline-flex max-w-full min-w-0 items-center gap-x-2 overflow-hidden align-bottom">
      {named.slice(0, NAMED_MAX).map((id) => (
        <span key={id} className="inline-flex min-w-0 items-center">
          <SomeoneName id={id} isLink={isLink} />
        </span>
      ))}
      {rest > 0 && <span className="shrink-0 text-ink-3">+{rest}</span>}
    </span>
  );
}
