/** Checks that agents may act. A pause runs alone in its workspace, so the result holds until the transaction ends. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import { isOnePaused } from "./store.ts";

/** Throws `agent_paused` when one of these agents is paused. */
export async function requireActing(tx: ReadTx, agentIds: readonly string[]): Promise<void> {
  if (!(await isOnePaused(tx, agentIds))) return;
  throw new Problem("agent_paused", "You are paused: you may read, and finish or release your running tasks.", {
    next_step:
      "Complete, fail, block or release your running tasks; heartbeats keep their leases. An owner or admin resumes you.",
  });
}
