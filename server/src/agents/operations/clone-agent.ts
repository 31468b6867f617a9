import { command } from "../../kernel/operation.ts";
import { requireRoom } from "../../tiers/index.ts";
import { addAgent, lockSealed, openSecrets } from "../change-agent.ts";
import { cloneDraft, configureNew } from "../rules.ts";
import { Agent, ById } from "../schema.ts";
import { joinSecrets } from "../secret-rules.ts";
import { configOf, countAgents } from "../store/agents.ts";

export const cloneAgent = command({
  name: "agents.clone",
  summary: "Copy an agent with its configurations and secrets. The copy is active and has no history.",
  route: "POST /agents/{id}/clone",
  permission: "agents:write",
  storesOutput: true,
  input: ById,
  output: Agent,
  status: 201,
  problems: ["not_found", "tier_limit"],
  async run(context, { id }) {
    await requireRoom(context.tx, "agent_limit", countAgents);
    const source = await lockSealed(context, id);
    const secrets = await openSecrets(context, source.id);
    const next = configureNew(joinSecrets(cloneDraft(configOf(source)), secrets));
    return addAgent(context, next, { source: { kind: "clone", agent_id: source.id } });
  },
});
