/** Notes the name of an agent on a social network in its configuration. */
import type { Fact } from "../kernel/facts/fact.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { lockSealed, saveConfiguration } from "./change-agent.ts";
import { agentUpdated } from "./facts.ts";
import { reconfigure, requireStep } from "./rules.ts";
import { configOf } from "./store/agents.ts";

/** Locks the agent. Throws for an archived one. Returns the fact of the change, if any. */
export async function setNetworkName(context: CommandContext, id: string, name: string): Promise<Fact[]> {
  const agent = await lockSealed(context, id);
  requireStep(agent, "update");
  const next = reconfigure(configOf(agent), { moltbook_config: { ...agent.moltbook_config, name } });
  if (next.changed_fields.length === 0) return [];
  const { revision } = await saveConfiguration(context, agent, next);
  return [agentUpdated(id, { changed_fields: next.changed_fields, revision })];
}
