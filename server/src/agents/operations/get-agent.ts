import { query } from "../../kernel/operation.ts";
import { Agent, ById } from "../schema.ts";
import { getAgent as getRow } from "../store/agents.ts";
import { toWire } from "../to-wire.ts";

export const getAgent = query({
  name: "agents.get",
  summary: 'Read one agent: its configuration, status and presence. Secrets read as "set".',
  description:
    "An agent sees its own configuration, and of other agents the name, description, type, status and presence.",
  route: "GET /agents/{id}",
  permission: "agents:read",
  input: ById,
  output: Agent,
  problems: ["not_found"],
  async run({ tx, actor }, { id }) {
    return toWire({ tx, actor }, await getRow(tx, id));
  },
});
