/** The roles of the agents in the team. */
import type { TeamRole } from "@bailiwick/sdk";
import { useMemo } from "react";
import { useRead } from "./query.ts";

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
