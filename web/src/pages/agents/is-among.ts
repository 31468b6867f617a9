/** Whether an agent that changed still belongs to a list. Pure. */
import type { Agent } from "@bailiwick/sdk";
import type { AgentsSearch } from "./section.ts";

type Named = Pick<Agent, "status" | "agent_type" | "name">;
type Filter = Pick<AgentsSearch, "status" | "agent_type" | "q">;

/** Archived agents are listed only when they are asked for. */
export function isAmong(agent: Named, { status, agent_type, q }: Filter): boolean {
  const hasStatus = status ? agent.status === status : agent.status !== "archived";
  const hasName = q === undefined || agent.name.toLowerCase().includes(q.toLowerCase());
  return hasStatus && hasName && (agent_type === undefined || agent.agent_type === agent_type);
}
