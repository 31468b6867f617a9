import { agentArchived } from "../gate/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { lockAgent } from "./store/agents.ts";

/** Locks the agent. Throws when the agent does not exist or is archived. */
export async function requireUsableAgent(tx: Tx, id: string): Promise<void> {
  const { status } = await lockAgent(tx, id);
  if (status === "archived") throw agentArchived();
}
