/** What later slices know and this one needs. `operations.ts` fills it. */
import type { Tx } from "../kernel/db/db.ts";
import { Problem } from "../kernel/problem.ts";

export const keyHooks = {
  /**
   * Throws unless the agent may get a key: `not_found` for one that is not of this workspace, `conflict` for an
   * archived one. Holds the agent until the transaction ends, so that it is not archived before its key is stored.
   */
  requireUsableAgent: async (_tx: Tx, agentId: string): Promise<void> => {
    throw new Problem("not_found", `No agent ${agentId}.`);
  },
};
