/** What later slices do when something happens to an agent, or know of one. `operations.ts` fills it. */
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/db.ts";
import type { Fact } from "../kernel/operation.ts";
import type { CurrentTask, Headroom } from "./schema.ts";

/** Runs in the transaction that archives; what it answers is stored as facts of the same command. */
type OnArchived = (tx: Tx, agentId: string, actor: Actor) => Promise<Fact[]>;

export const agentHooks = {
  /** Throws, unless confirmed, when others would be left hanging by the archiving of an agent. */
  requireArchivable: async (_tx: Tx, _agentId: string, _confirm: boolean | undefined): Promise<void> => undefined,
  onArchived: [] as OnArchived[],
  /** The tasks an agent works on now. */
  currentTasks: async (_tx: ReadTx, _agentId: string): Promise<CurrentTask[]> => [],
  /** What is left under each limit of an agent. */
  headroom: async (_tx: ReadTx, _agentId: string): Promise<Headroom[]> => [],
};
