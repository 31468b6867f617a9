import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { CURSOR, listPage } from "../../kernel/paging.ts";
import { Fields, PageInput, TEXT_LIMITS, Text } from "../../kernel/schema.ts";
import { AgentPage, AgentStatus, AgentType } from "../schema.ts";
import { listAgents as listRows } from "../store/agents.ts";
import { listToWire } from "../to-wire.ts";

const YES_OR_NO = /^[01]$/;

export const listAgents = query({
  name: "agents.list",
  summary: "List the agents of the workspace: featured agents first, then the default agent, then the newest.",
  description: 'Archived agents are listed only with status "archived".',
  route: "GET /agents",
  permission: "agents:read",
  input: Fields({
    status: Type.Optional(AgentStatus),
    agent_type: Type.Optional(AgentType),
    is_featured: Type.Optional(Type.Boolean()),
    q: Type.Optional(Text(TEXT_LIMITS.name, { description: "A part of the agent's name." })),
    ...PageInput,
  }),
  output: AgentPage,
  problems: [],
  async run({ tx, actor }, { limit, cursor, ...filter }) {
    const { items, next_cursor } = await listPage(
      tx,
      { limit, cursor },
      {
        shapes: [YES_OR_NO, YES_OR_NO, CURSOR.time, CURSOR.id],
        rows: (after) => listRows(tx, filter, after),
        key: (agent) => [Number(agent.is_featured), Number(agent.is_default), agent.created_at, agent.id],
      },
    );
    return { items: await listToWire({ tx, actor }, items), next_cursor };
  },
});
