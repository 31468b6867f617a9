import { clockOf } from "../../kernel/db/db.ts";
import { query } from "../../kernel/operation.ts";
import { exportedConfig } from "../rules.ts";
import { AgentExport, ById, EXPORT_FORMAT } from "../schema.ts";
import { configOf, getAgent } from "../store/agents.ts";

export const exportAgent = query({
  name: "agents.export",
  summary: "Export an agent as a document that can be imported into this or another workspace. Secrets are left out.",
  route: "GET /agents/{id}/export",
  permission: "agents:read",
  input: ById,
  output: AgentExport,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const config = exportedConfig(configOf(await getAgent(tx, id)));
    const exported_at = (await clockOf(tx)).toISOString();
    return { format: EXPORT_FORMAT, ...config, exported_at };
  },
});
