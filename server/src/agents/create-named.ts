import type { CommandContext } from "../kernel/operation.ts";
import { requireRoom } from "../tiers/index.ts";
import { addAgent } from "./change-agent.ts";
import { configureNew } from "./rules.ts";
import { countAgents } from "./store/agents.ts";

/** Makes an agent with the usual configuration, for the command of another slice. The command stores the facts. */
export async function createNamedAgent(context: CommandContext, name: string) {
  await requireRoom(context.tx, "agent_limit", countAgents);
  return addAgent(context, configureNew({ name }));
}
