/** The reads of the team page: roles and agents. */
import { useEffect, useMemo } from "react";
import { type AgentRow, useAgentRows } from "../../data/agent-rows.ts";
import { useRead } from "../../data/query.ts";
import { shortId } from "../../ui/id.tsx";
import { buildTree, type Roles, rolesOf, type TeamNode } from "./team-tree.ts";

export interface Team {
  roles: Roles;
  tree: readonly TeamNode[];
  unassigned: readonly string[];
  defaultSupervisor: string | null;
  nameOf: (id: string) => string;
  agentOf: (id: string) => AgentRow | undefined;
}

export const SUMMARY_KEY = ["team", "summarize"] as const;

export function useSummary() {
  return useRead(SUMMARY_KEY, (client, call) => client.team.summarize({}, call));
}

type Summary = ReturnType<typeof useSummary>["data"];

export function useTeam(summary: Summary): Team | undefined {
  const agents = useAllAgents();
  return useMemo(() => {
    if (!summary) return undefined;
    const roles = rolesOf(summary);
    const given = new Map(summary.unassigned_agents.map(({ id, name }) => [id, name]));
    // The summary has only active agents.
    for (const { id, name, status } of agents.values()) if (status === "paused" && !roles.has(id)) given.set(id, name);
    const nameOf = (id: string) => agents.get(id)?.name ?? given.get(id) ?? shortId(id);
    const compare = (one: string, other: string) => nameOf(one).localeCompare(nameOf(other));
    return {
      roles,
      tree: buildTree(roles, compare),
      unassigned: [...given.keys()].sort(compare),
      defaultSupervisor: summary.rules.default_supervisor_agent_id,
      nameOf,
      agentOf: (id) => agents.get(id),
    };
  }, [summary, agents]);
}

/** The chart shows every agent, so this reads all pages of the list, one after the other. */
function useAllAgents(): ReadonlyMap<string, AgentRow> {
  const { rows, hasMore, isLoadingMore, loadMore } = useAgentRows({});
  useEffect(() => {
    if (hasMore && !isLoadingMore) loadMore();
  }, [hasMore, isLoadingMore, loadMore]);
  return useMemo(() => new Map(rows.map((row) => [row.id, row])), [rows]);
}
