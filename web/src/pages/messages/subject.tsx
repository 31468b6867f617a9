/** The name of a conversation: its task or its participants. */
import { Link } from "@tanstack/react-router";
import { ListTodo } from "lucide-react";
import { useFindAgent } from "../../data/agents.ts";
import { useSession } from "../../data/session.tsx";
import { useTaskTitle } from "../../data/tasks.ts";
import { SomeoneName, useNameOf } from "../../domain/actor-name.tsx";
import { partiesOf } from "../../domain/messages/thread.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { useThread } from "./thread-data.ts";

/** Further participants are only counted. */
const NAMED_MAX = 3;

function useParties(threadId: string): { taskId: string | undefined; ids: readonly string[] } {
  const { user } = useSession();
  const { rows } = useThread(threadId);
  const taskId = rows.find(({ task_id }) => task_id !== null)?.task_id ?? undefined;
  return { taskId, ids: partiesOf(rows, user.id) };
}

/** The name of a conversation in words: the title of its task, or its participants. */
export function useSubject(threadId: string): string | undefined {
  const { taskId, ids } = useParties(threadId);
  const { user } = useSession();
  const title = useTaskTitle(taskId);
  const personOf = useNameOf();
  const findAgent = useFindAgent();
  if (taskId) return title;
  const others = ids.filter((id) => id !== user.id);
  return others.flatMap((id) => personOf(id) ?? findAgent(id)?.name ?? []).join(", ") || undefined;
}

/** Names who writes, and the task that they write about. */
export function Between({ threadId }: { threadId: string }) {
  const { user } = useSession();
  const { taskId, ids } = useParties(threadId);
  const others = ids.filter((id) => id !== user.id);
  if (ids.length === 0) return null;
  return (
    <span className="inline-flex max-w-full min-w-0 flex-wrap items-center gap-x-2 text-sm text-ink-3">
      {taskId ? (
        <span className="inline-flex min-w-0 items-center gap-x-2">
          {others.length < ids.length && <span>{others.length === 0 ? "Only you" : "You and"}</span>}
          {others.length > 0 && <Parties ids={others} />}
        </span>
      ) : (
        // The title has the names of the others.
        others.length < ids.length && <span>{others.length === 0 ? "Only you" : "with you"}</span>
      )}
      {taskId && (
        <Link
          to="/tasks/$id"
          params={{ id: taskId }}
          className="inline-flex shrink-0 items-center gap-1 rounded-sm text-accent-ink hover:underline"
        >
          <ListTodo aria-hidden className="size-4" strokeWidth={1.75} />
          Open the task
        </Link>
      )}
    </span>
  );
}

export function TaskTitle({ id }: { id: string }) {
  const title = useTaskTitle(id);
  return (
    <>
      <ListTodo aria-hidden className="mx-0.5 size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
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
