/** Later slices' part in what happens to an agent. `wiring.ts` fills the hooks. */
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/db.ts";
import { hook } from "../kernel/hook.ts";
import type { Fact } from "../kernel/operation.ts";
import type { CurrentTask, Headroom } from "./schema.ts";

export const agentHooks = {
  /** Throws, unless confirmed, when the archiving of the agent would strand others. */
  requireArchivable: hook<[tx: Tx, agentId: string, confirm: boolean | undefined], Promise<void>>(
    "agents.requireArchivable",
  ),
  /** Runs in the transaction that archives. Returns facts that are stored with the command. */
  onArchived: hook<[tx: Tx, agentId: string, actor: Actor], Promise<Fact[]>>("agents.onArchived"),
  /** Returns the tasks that the agent works on now. */
  currentTasks: hook<[tx: ReadTx, agentId: string], Promise<CurrentTask[]>>("agents.currentTasks"),
  /** Returns the rest of each limit of the agent. */
  headroom: hook<[tx: ReadTx, agentId: string], Promise<Headroom[]>>("agents.headroom"),
};
