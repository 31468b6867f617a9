/** Refusals because of an agent's state. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import { isOnePaused } from "./store.ts";

/**
 * Throws `agent_paused` when one of these agents is paused. A pause runs alone in its workspace, so the result holds
 * until the transaction ends.
 */
export async function requireActing(tx: ReadTx, agentIds: readonly string[]): Promise<void> {
  if (!(await isOnePaused(tx, agentIds))) return;
  throw new Problem("agent_paused", "You are paused: you may read, and finish or release your running tasks.", {
    next_step:
      "Complete, fail, block or release your running tasks; heartbeats keep their leases. An owner or admin resumes you.",
  });
}

/** The refusal to give work, messages, keys or roles to an archived agent. */
export function agentArchived(): Problem {
  return new Problem("conflict", "The agent is archived.", {
    next_step: "Choose another agent, or clone this agent and use the copy.",
  });
}
