/** An agent that is away, and the tasks that wait for it. */
import type { AwayAgent } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useTaskRows } from "../../data/tasks.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { AgentLine } from "../../ui/agent-text.tsx";
import { waitingText } from "./items.ts";

/** The tasks that the panel lists. */
const SHOWN_MAX = 20;

export function AwayAsk({ away }: { away: AwayAgent }) {
  const { agent_id: agentId, gap } = away;
  const waits = { assigned_to_agent_id: agentId, status: "queued" } as const;
  const { rows } = useTaskRows(waits, { pageSize: SHOWN_MAX });
  return (
    <section className="space-y-4 p-4">
      <h2 className="pr-20 text-lg font-semibold break-words">
        {waitingText(away)} for <AgentName id={agentId} />
      </h2>
      <p>{gap.reason}</p>
      <p className="text-sm text-ink-2">{gap.next_step}</p>
      <ul className="space-y-1">
        {rows.slice(0, SHOWN_MAX).map((task) => (
          <li key={task.id} className="truncate">
            <Link to="/tasks/$id" params={{ id: task.id }} className="hover:underline">
              <AgentLine text={task.title} />
            </Link>
          </li>
        ))}
      </ul>
      <Link to="/tasks" search={waits} className="text-accent-ink hover:underline">
        Assign its waiting tasks
      </Link>
    </section>
  );
}
