import { command } from "../../kernel/operation.ts";
import { requireRoom } from "../../tiers/index.ts";
import { addAgent } from "../change-agent.ts";
import { configureNew } from "../rules.ts";
import { Agent, AgentImport } from "../schema.ts";
import { countAgents } from "../store/agents.ts";

export const importAgent = command({
  name: "agents.import",
  summary: "Create an agent from a document that agents.export returned.",
  description: "The document contains no secrets; its warnings name them. Set them with agents.update.",
  route: "POST /agents/import",
  permission: "agents:write",
  input: AgentImport,
  output: Agent,
  status: 201,
  problems: ["tier_limit"],
  async run(context, { format: _format, exported_at: _exportedAt, warnings: _warnings, ...draft }) {
    // The document has neither of these fields.
    const next = configureNew({ ...draft, is_featured: false, delivery: "pull" });
    await requireRoom(context.tx, "agent_limit", countAgents);
    return addAgent(context, next, { source: { kind: "import" } });
  },
});
