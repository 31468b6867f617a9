import { query } from "../../kernel/operation.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { listAgentPage } from "../agent-page.ts";
import { EXTERNAL_TYPES } from "../link-rules.ts";
import { AgentPage } from "../schema.ts";

export const listExternalAgents = query({
  name: "agents.list_external",
  summary: "List the agents with a connection of their own (websocket, http_api, marketplace): featured agents first.",
  route: "GET /external-agents",
  permission: "agents:read",
  tool: false,
  input: Fields(PageInput),
  output: AgentPage,
  problems: [],
  run: (context, page) => listAgentPage(context, page, { agent_types: EXTERNAL_TYPES }),
});
