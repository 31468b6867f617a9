/** The chain of delegation from the person down to this task. */
import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import type { TaskDetail } from "../../data/tasks.ts";
import { PersonName } from "../../domain/actor-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Creator } from "./task-columns.tsx";

/** A deeper chain shows only its ends. */
const SHOWN_MAX = 6;

export function TaskChain({ task: { chain, id } }: { task: TaskDetail }) {
  const [first] = chain;
  if (!first) return null;
  const hidden = Math.max(0, chain.length - SHOWN_MAX);
  const shown = hidden > 0 ? [first, ...chain.slice(1 + hidden)] : chain;
  return (
    <nav aria-label="Origin of the task" className="text-sm text-ink-2">
      <ol className="flex flex-wrap items-center gap-x-1 gap-y-0.5">
        {first.let_in_by_user_id && (
          <li className="flex min-w-0 max-w-44">
            <PersonName id={first.let_in_by_user_id} />
          </li>
        )}
        <li className="flex min-w-0 max-w-44 items-center gap-1">
          {first.let_in_by_user_id && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3" />}
          <Creator task={first} />
        </li>
        {shown.map((link, at) => (
          <li key={link.task_id} className="flex min-w-0 items-center gap-1">
            <ChevronRight aria-hidden className="size-3.5 shrink-0 text-ink-3" />
            {at === 1 && hidden > 0 && <span className="text-ink-3">{hidden} more ›</span>}
            {link.task_id === id ? (
              <span aria-current="page" className="text-ink">
                this task
              </span>
            ) : (
              <Link to="/tasks/$id" params={{ id: link.task_id }} className="min-w-0 max-w-56 hover:underline">
                <AgentLine text={link.title} className="block truncate" />
              </Link>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}
