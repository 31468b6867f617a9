import { query } from "../../kernel/operation.ts";
import { Fields, PageInput } from "../../kernel/schema.ts";
import { listAgentPage } from "../agent-page.ts";
import { EXTERNAL_TYPES } from "../link-rules.ts";
import { AgentPage } from "../schema.ts";

export const listFeaturedAgents = query({
  name: "agents.list_featured",
  summary: "List the featured and active agents with a connection of their own.",
  route: "GET /external-agents/featured",
  permission: "agents:read",
  tool: false,
  input: Fields(PageInput),
  output: AgentPage,
  problems: [],
  run: (context, page) =>
    listAgentPage(context, page, { agent_types: EXTERNAL_TYPES, is_featured: true, status: "active" }),
});
