/** The list of agents without their presence, which changes all the time; see `presence.ts`. */
import type { Agent, AgentsListInput } from "@bailiwick/sdk";
import { type List, useList } from "./list.ts";
import { notePresences, usePresencePolling } from "./presence.ts";
import { useSession } from "./session.tsx";

export type AgentRow = Omit<Agent, "presence">;
type Filter = Pick<AgentsListInput, "status" | "agent_type" | "q">;

const PAGE_SIZE = 100;

export function useAgentRows({ status, agent_type, q }: Filter): List<AgentRow> {
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

/** Returns whether a changed agent still belongs to a list. Only the filter `archived` lists archived agents. */
export function isAmong(
  agent: Pick<Agent, "status" | "agent_type" | "name">,
  { status, agent_type, q }: Filter,
): boolean {
  const hasStatus = status ? agent.status === status : agent.status !== "archived";
  const hasName = q === undefined || agent.name.toLowerCase().includes(q.toLowerCase());
  return hasStatus && hasName && (agent_type === undefined || agent.agent_type === agent_type);
}
