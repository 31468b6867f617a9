/** What later slices know of the work that lies with a supervisor. `operations.ts` fills it. */
import type { ReadTx, Tx } from "../kernel/db/db.ts";

export const teamHooks = {
  /** Open tasks that were escalated to the agent. */
  countEscalations: async (_tx: ReadTx, _agentId: string): Promise<number> => 0,
  /** Its escalated tasks go on to the level above: the agent is no supervisor any more. */
  passOnEscalations: async (_tx: Tx, _agentId: string): Promise<void> => undefined,
};
