/** The spending of each agent today. It is read once for all rows, because a query in each of a thousand cells slows scrolling. */
import type { AgentDay } from "@bailiwick/sdk";
import { useMemo } from "react";
import { useRead } from "./query.ts";
import { useSession } from "./session.tsx";

/** The largest page of the API. The newest day comes first, so it has today's rows of most workspaces. */
const ROWS_MAX = 200;
/** No fact tells how sums change. */
const READ_EVERY_MS = 30_000;

/** Days are in UTC, as those of the server. */
export const todayText = (): string => new Date().toISOString().slice(0, 10);

export interface AgentsToday {
  /** Undefined while it is read, or without the permission. */
  days: ReadonlyMap<string, AgentDay> | undefined;
  /** There may be more agents than were read. */
  isCut: boolean;
}

export function useAgentsToday(): AgentsToday {
  const { permissions } = useSession();
  const { data } = useRead(
    ["costs", "agents", {}],
    (client, call) => client.obs.listAgentMetrics({ limit: ROWS_MAX }, call),
    { everyMs: READ_EVERY_MS, enabled: permissions.has("obs:read") },
  );
  return useMemo(() => {
    const own = data?.items.filter(({ date }) => date === todayText());
    return {
      days: own && new Map(own.map((day) => [day.agent_id, day])),
      isCut: data !== undefined && data.next_cursor !== null && own?.length === data.items.length,
    };
  }, [data]);
}
