import { clockOf } from "../../kernel/db/db.ts";
import { query } from "../../kernel/operation.ts";
import { exportedConfig } from "../rules.ts";
import { AgentExport, ById, EXPORT_FORMAT } from "../schema.ts";
import { configOf, getAgent } from "../store/agents.ts";
import { requireReader } from "../to-wire.ts";

export const exportAgent = query({
  name: "agents.export",
  summary: "Export an agent as a document that can be imported into this or another workspace. Secrets are left out.",
  description: "The warnings name each secret that was left out, and each text that looks like one.",
  route: "GET /agents/{id}/export",
  permission: "agents:read",
  input: ById,
  output: AgentExport,
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { id }) {
    const agent = await getAgent(tx, id);
    requireReader(actor, id);
    const config = exportedConfig(configOf(agent));
    const exported_at = (await clockOf(tx)).toISOString();
    return { format: EXPORT_FORMAT, ...config, exported_at };
  },
});
