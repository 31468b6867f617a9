/** Whether agents may act. A pause runs alone in its workspace, so what is found holds to the end of the transaction. */
import type { ReadTx } from "../kernel/db/db.ts";
import { Problem } from "../kernel/problem.ts";
import { isOnePaused } from "./store.ts";

/** Throws `agent_paused` when one of these agents is paused. */
export async function requireActing(tx: ReadTx, agentIds: readonly string[]): Promise<void> {
  if (!(await isOnePaused(tx, agentIds))) return;
  throw new Problem("agent_paused", "You are paused: you may finish or hand back what you run, and read.", {
    next_step:
      "Complete, fail, block or release the tasks you run; heartbeats keep them meanwhile. An owner or admin resumes you.",
  });
}
