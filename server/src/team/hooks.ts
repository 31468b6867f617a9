/** Hooks that later slices fill: the work that is assigned to a supervisor. */
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { hook } from "../kernel/hook.ts";

export const teamHooks = {
  /** Returns the number of open tasks that were escalated to the agent. */
  countEscalations: hook<[tx: ReadTx, agentId: string], Promise<number>>("team.countEscalations"),
  /** Sends the agent's escalated tasks to the level above: the agent is no longer a supervisor. */
  passOnEscalations: hook<[tx: Tx, agentId: string], Promise<void>>("team.passOnEscalations"),
};
