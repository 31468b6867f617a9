/** The order in which the agent picker offers agents. Pure. */
import type { Agent } from "@bailiwick/sdk";

type Candidate = Pick<Agent, "status" | "presence" | "max_running_tasks">;

/** Agents that could start now come first, then those that are busy, silent, offline or paused. */
export function bestSuitedFirst<One extends Candidate>(agents: readonly One[]): One[] {
  return agents.toSorted((one, other) => rankOf(one) - rankOf(other) || loadOf(one) - loadOf(other));
}

function rankOf(agent: Candidate): number {
  if (agent.status !== "active") return 4;
  if (agent.presence.state === "offline") return 3;
  if (agent.presence.state === "stale") return 2;
  return loadOf(agent) >= 1 ? 1 : 0;
}

/** The used part of the limit. Without a limit, each running task counts little. */
function loadOf({ presence: { current_tasks: running }, max_running_tasks: max }: Candidate): number {
  return max === null ? running / (running + 100) : running / Math.max(1, max);
}
