/** The agents, those with running tasks first. */
import { type Agent, PRESENCE_STATES } from "@bailiwick/sdk";
import { Link } from "@tanstack/react-router";
import { useCaps } from "../../data/caps.ts";
import { AgentName } from "../../domain/agents/agent-name.tsx";
import { StateWord } from "../../domain/agents/agent-state.tsx";
import { Section } from "../../ui/page.tsx";
import { ErrorState, Skeleton } from "../../ui/states.tsx";
import type { Now } from "./use-overview.ts";

/** The page of agents lists the others. */
const SHOWN_MAX = 24;

export function AgentsNow({ now: { agents } }: { now: Now }) {
  const { rows, hasMore, isLoading, error, reload } = agents;
  const capOf = useCaps();
  return (
    <Section title="Agents" about={!isLoading && !error && <States agents={rows} hasMore={hasMore} />}>
      {isLoading && <Skeleton lines={3} />}
      {error !== undefined && error !== null && <ErrorState error={error} retry={reload} />}
      {!isLoading && !error && rows.length === 0 && (
        <p className="text-sm text-ink-3">
          There are no agents yet.{" "}
          <Link to="/agents" className="font-medium text-accent-ink hover:underline">
            Add one
          </Link>
        </p>
      )}
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(15rem,1fr))] gap-x-6 max-sm:grid-cols-1">
        {[...rows]
          .sort(byWork)
          .slice(0, SHOWN_MAX)
          .map((agent) => (
            <li key={agent.id} className="flex h-9 min-w-0 items-center gap-2">
              <span className="flex min-w-0 grow">
                <AgentName id={agent.id} />
              </span>
              {agent.presence.current_tasks > 0 && (
                <span className="text-sm whitespace-nowrap text-ink-3 tabular-nums">
                  {agent.presence.current_tasks} running
                </span>
              )}
              <StateWord agent={agent} cap={capOf(agent.id)} />
            </li>
          ))}
      </ul>
      {(rows.length > SHOWN_MAX || hasMore) && (
        <Link to="/agents" className="mt-1 inline-block text-sm text-accent-ink hover:underline">
          All agents
        </Link>
      )}
    </Section>
  );
}

function byWork(a: Agent, b: Agent): number {
  return (
    b.presence.current_tasks - a.presence.current_tasks ||
    PRESENCE_STATES.indexOf(a.presence.state) - PRESENCE_STATES.indexOf(b.presence.state) ||
    a.name.localeCompare(b.name)
  );
}

function States({ agents, hasMore }: { agents: readonly Agent[]; hasMore: boolean }) {
  const isPaused = ({ status }: Agent) => status === "paused";
  const parts = PRESENCE_STATES.map(
    (state) => [agents.filter((agent) => !isPaused(agent) && agent.presence.state === state).length, state] as const,
  );
  const shown = [...parts, [agents.filter(isPaused).length, "paused"] as const].filter(([count]) => count > 0);
  if (shown.length === 0) return null;
  return (
    <span className="tabular-nums">
      {hasMore && "Of the newest: "}
      {shown.map(([count, word]) => `${count} ${word}`).join(" · ")}
    </span>
  );
}
