/** An agent that is away, and the tasks that wait for it. */
import { Link } from "@tanstack/react-router";
import { type TaskRow, useTaskRows } from "../../data/tasks.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { Time } from "../../ui/time.tsx";
import { type AwayItem, waitingText } from "./items.ts";

/** The tasks that the panel lists. */
const SHOWN_MAX = 20;

export function AwayAsk({ of: { away, blocked } }: { of: AwayItem }) {
  const { agent_id: agentId, gap, waiting } = away;
  const waits = { assigned_to_agent_id: agentId, status: "queued" } as const;
  const { rows } = useTaskRows(waits, { pageSize: SHOWN_MAX });
  return (
    <section className="space-y-4 p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        {waitingText(waiting)} for <AgentName id={agentId} />
      </h2>
      <p>{gap.reason}</p>
      <p className="text-sm text-ink-2">{gap.next_step}</p>
      <TaskTitles tasks={[...blocked, ...rows].slice(0, SHOWN_MAX)} />
      <Link to="/tasks" search={waits} className="text-accent-ink hover:underline">
        Assign its waiting tasks
      </Link>
    </section>
  );
}

export function TaskTitles({ tasks }: { tasks: readonly TaskRow[] }) {
  return (
    <ul className="divide-y divide-line border-y border-line">
      {tasks.map((task) => (
        <li key={task.id} className="flex min-h-9 min-w-0 items-center gap-3">
          <Link to="/tasks/$id" params={{ id: task.id }} className="min-w-0 grow truncate hover:underline">
            <AgentLine text={task.title} className="block truncate" />
          </Link>
          <span className="shrink-0 text-sm text-ink-3">
            <Time at={task.created_at} />
          </span>
        </li>
      ))}
    </ul>
  );
}
