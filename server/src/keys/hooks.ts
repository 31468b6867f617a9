/** Hooks that later slices fill: what this slice needs to know of agents. */
import type { Tx } from "../kernel/db/tx.ts";
import { hook } from "../kernel/hook.ts";

export const keyHooks = {
  /** Returns the stop in force that refuses the keys of the agent, if any. */
  findStop: hook<[tx: Tx, agentId: string], Promise<string | null>>("keys.findStop"),
  /**
   * Throws unless the agent may get a key: `not_found` for an agent of another workspace, `conflict` for an archived one.
   * Locks the agent until the transaction ends, so that it is not archived before its key is stored.
   */
  requireUsableAgent: hook<[tx: Tx, agentId: string], Promise<void>>("keys.requireUsableAgent"),
};
