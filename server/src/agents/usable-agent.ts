import type { Tx } from "../kernel/db/db.ts";
import { Problem } from "../kernel/problem.ts";
import { lockAgent } from "./store/agents.ts";

/** Throws unless the agent is there and not archived, and keeps it so until the transaction ends. */
export async function requireUsableAgent(tx: Tx, id: string): Promise<void> {
  const { status } = await lockAgent(tx, id);
  if (status !== "archived") return;
  throw new Problem("conflict", `Agent ${id} is archived.`, { next_step: "Clone the agent to work with a copy." });
}
