/** One agent, as the pages of agents read it. */
import type { Agent } from "@bailiwick/sdk";
import { PRESENCE_EVERY_MS } from "../../data/agents.ts";
import { useRead } from "../../data/query.ts";
import type { AgentSearch } from "./search.ts";

/** The props of each tab of the detail. */
export interface DetailProps {
  agent: Agent;
  search: AgentSearch;
  onSearch: (change: AgentSearch) => void;
}

export function useAgentNow(id: string) {
  return useRead(["agents", "get", id], (client, call) => client.agents.get({ id }, call), {
    everyMs: PRESENCE_EVERY_MS,
  });
}
