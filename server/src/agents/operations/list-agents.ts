import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields, PageInput, TEXT_LIMITS, Text } from "../../kernel/schema.ts";
import { listAgentPage } from "../agent-page.ts";
import { AgentPage, AgentStatus, AgentType } from "../schema.ts";

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
  run: (context, { limit, cursor, ...filter }) => listAgentPage(context, { limit, cursor }, filter),
});
