/** Hooks that later slices fill: what they do when an agent is archived, and what they know of an agent. */
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { SecretBox } from "../kernel/environment.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { hook } from "../kernel/hook.ts";
import type { CurrentTask, Headroom } from "./schema.ts";

export const agentHooks = {
  /** Throws when others depend on the agent and the caller did not confirm. */
  requireArchivable: hook<[tx: Tx, agentId: string, confirm: boolean | undefined], Promise<void>>(
    "agents.requireArchivable",
  ),
  /** Runs in the transaction that archives the agent. The command stores the returned facts. */
  onArchived: hook<[tx: Tx, agentId: string, actor: Actor], Promise<Fact[]>>("agents.onArchived"),
  /** Returns the tasks that the agent works on now. */
  currentTasks: hook<[tx: ReadTx, agentId: string], Promise<CurrentTask[]>>("agents.currentTasks"),
  /** Seals values of other slices again. Returns the number of rows. */
  resealOthers: hook<[tx: Tx, secrets: SecretBox, most: number], Promise<number>>("agents.resealOthers"),
  /** Returns the remaining amount under each limit of the agent. */
  headroom: hook<[tx: ReadTx, agentId: string], Promise<Headroom[]>>("agents.headroom"),
};
