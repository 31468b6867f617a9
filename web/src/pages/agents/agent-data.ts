/** What the pages of agents read. */
import type { Agent, TeamRole } from "@bailiwick/sdk";
import { useMemo } from "react";
import { PRESENCE_EVERY_MS } from "../../data/agents.ts";
import { type List, useList } from "../../data/list.ts";
import { useRead } from "../../data/query.ts";
import { useSession } from "../../data/session.tsx";
import { isAmong } from "./is-among.ts";
import { notePresences, usePresencePolling } from "./presence-store.ts";
import type { AgentsSearch } from "./section.ts";

/** An agent without what changes all the time; see `presence-store.ts`. */
export type AgentRow = Omit<Agent, "presence">;

const PAGE_SIZE = 100;

export function useAgentRows({ status, agent_type, q }: AgentsSearch): List<AgentRow> {
  const { client } = useSession();
  const filter = { status, agent_type, q };
  const list = useList({
    key: ["agents", "rows", filter],
    page: async (sdk, at, call) => {
      const { items, next_cursor } = await sdk.agents.list({ ...at, ...filter }, call);
      notePresences(items);
      return { items: items.map(rowOf), next_cursor };
    },
    idOf: ({ id }) => id,
    one: async (sdk, id) => {
      const agent = await sdk.agents.get({ id });
      notePresences([agent]);
      return rowOf(agent);
    },
    matches: (row) => isAmong(row, filter),
    pageSize: PAGE_SIZE,
  });
  const read = (cursor: string | undefined) => client.agents.list({ ...filter, cursor, limit: PAGE_SIZE });
  usePresencePolling(JSON.stringify(filter), read, list.rows.length);
  return list;
}

function rowOf({ presence: _presence, ...row }: Agent): AgentRow {
  return row;
}

export function useAgentNow(id: string) {
  return useRead(["agents", "get", id], (client, call) => client.agents.get({ id }, call), {
    every: PRESENCE_EVERY_MS,
  });
}

export interface Roles {
  /** By agent; undefined while they are not known. */
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

export interface Room {
  used: number;
  limit: number;
  /** Why no more can be made; undefined while there is room. */
  full: string | undefined;
}

/** How much of the tier is used. */
export function useRoom(of: "agents" | "keys"): Room | undefined {
  const { data } = useRead(["tiers", "get"], (client, call) => client.tiers.get({}, call));
  if (!data) return undefined;
  const { usage, limits, tier_name } = data;
  const used = of === "agents" ? usage.agents : usage.api_keys;
  const limit = of === "agents" ? limits.agent_limit : limits.max_api_keys;
  const [are, room] = [used, limit].map((count) => count.toLocaleString("en-US"));
  const way = of === "agents" ? "Archive agents" : "Revoke keys";
  const full = `The ${tier_name} tier has room for ${room} ${of}, and ${are} are there. ${way}, or choose a larger tier.`;
  return { used, limit, full: used >= limit ? full : undefined };
}
