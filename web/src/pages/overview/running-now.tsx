/** Running tasks with their agent, progress and lease. */
import { Link } from "@tanstack/react-router";
import type { TaskRow } from "../../data/tasks.ts";
import { Assignee } from "../../domain/agents/assignee.tsx";
import { progressOf } from "../../domain/facts/progress.ts";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Count } from "../../ui/count.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import { Time } from "../../ui/time.tsx";
import type { Now } from "./use-overview.ts";

/** The list of tasks has the others. */
const SHOWN_MAX = 8;

export function RunningNow({ now: { running, open, progress } }: { now: Now }) {
  const all = open?.by_status.running ?? 0;
  return (
    <Section
      title="Running now"
      about={
        all > SHOWN_MAX && (
          <Link to="/tasks" search={{ status: "running" }} className="text-accent-ink hover:underline">
            All <Count value={all} />
          </Link>
        )
      }
    >
      {running.isLoading && <Skeleton lines={3} />}
      {running.error !== undefined && running.error !== null && (
        <ErrorState error={running.error} retry={running.reload} />
      )}
      {!running.isLoading && !running.error && running.rows.length === 0 && (
        <p className="text-sm text-ink-3">Nothing is running.</p>
      )}
      <ul className="-my-1 divide-y divide-line">
        {running.rows.slice(0, SHOWN_MAX).map((task) => (
          <li key={task.id}>
            <Running task={task} progress={progress.get(task.id)} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Running({ task, progress }: { task: TaskRow; progress: Record<string, unknown> | undefined }) {
  const { share, text } = progressOf(progress ?? {});
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-0.5 py-2 sm:grid-cols-[minmax(0,11rem)_minmax(10rem,1fr)_minmax(0,9rem)_5.5rem]">
      <span className="flex min-w-0 text-ink-2 max-sm:row-start-2 max-sm:text-sm">
        <Assignee task={task} />
      </span>
      <div className="min-w-0 max-sm:row-start-1">
        <Link to="/tasks/$id" params={{ id: task.id }} className="block truncate hover:underline">
          <AgentLine text={task.title} className="block truncate" />
        </Link>
      </div>
      <span className="flex min-w-0 flex-col gap-1 text-sm text-ink-3 max-sm:hidden">
        {text !== undefined && <AgentLine text={text} className="truncate" />}
        {share !== undefined && (
          <span aria-hidden className="forced-color-adjust-none h-0.5 overflow-hidden rounded-full bg-line">
            <span
              className="block h-full bg-running transition-[width]"
              style={{ width: `${Math.round(share * 100)}%` }}
            />
          </span>
        )}
      </span>
      <span className="text-right text-sm text-ink-3 max-sm:row-start-2">
        <Time at={task.started_at} />
      </span>
    </div>
  );
}
