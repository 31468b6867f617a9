/** Pages of agents, in the one order of all lists of agents. */
import type { Static } from "typebox";
import type { QueryContext } from "../kernel/operation.ts";
import { CURSOR, listPage, type PageRequest } from "../kernel/paging.ts";
import type { AgentPage } from "./schema.ts";
import { type AgentFilter, listAgents } from "./store/agents.ts";
import { listToWire } from "./to-wire.ts";

const YES_OR_NO = /^[01]$/;

export async function listAgentPage(
  { tx, actor }: Pick<QueryContext, "tx" | "actor">,
  page: PageRequest,
  filter: AgentFilter,
): Promise<Static<typeof AgentPage>> {
  const { items, next_cursor } = await listPage(tx, page, {
    shapes: [YES_OR_NO, YES_OR_NO, CURSOR.time, CURSOR.id],
    rows: (after) => listAgents(tx, filter, after),
    key: (agent) => [Number(agent.is_featured), Number(agent.is_default), agent.created_at, agent.id],
  });
  return { items: await listToWire({ tx, actor }, items), next_cursor };
}
