import { query } from "../../kernel/operation.ts";
import { showAgent } from "../change-agent.ts";
import { Agent, ById } from "../schema.ts";
import { getAgent as getRow } from "../store/agents.ts";

export const getAgent = query({
  name: "agents.get",
  summary: 'Read one agent: its configuration, status and presence. Secrets read as "set".',
  route: "GET /agents/{id}",
  permission: "agents:read",
  input: ById,
  output: Agent,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    return showAgent(tx, await getRow(tx, id));
  },
});
