/** One agent and the roles of the team, as the pages of agents read them. */
import type { Agent, TeamRole } from "@bailiwick/sdk";
import { useMemo } from "react";
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

export interface Roles {
  /** By agent; undefined while the roles are unknown. */
  roles: ReadonlyMap<string, TeamRole> | undefined;
  isLoading: boolean;
}

export function useRoles(): Roles {
  const { data, isPending } = useRead(["team", "summarize"], (client, call) => client.team.summarize({}, call));
  const roles = useMemo(() => {
    if (!data) return undefined;
    const all = [...data.supervisors, ...data.workers, ...data.specialists];
    return new Map(all.map((role) => [role.agent_id, role]));
  }, [data]);
  return { roles, isLoading: isPending };
}
