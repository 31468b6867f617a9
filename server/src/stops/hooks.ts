/** Hooks that later slices fill: what a stop needs to know of agents and tasks, and does to tasks. */
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { hook } from "../kernel/hook.ts";

/** The agent or the tree of a stop; both are null for the workspace. */
export interface Target {
  agent_id: string | null;
  root_task_id: string | null;
}

export interface RunningAttempt {
  task_id: string;
  agent_id: string;
  fence: number;
}

export const stopHooks = {
  /** Throws unless the agent exists in the workspace. */
  requireAgent: hook<[tx: ReadTx, agentId: string], Promise<void>>("stops.requireAgent"),
  /** Throws unless the task exists and has no parent. */
  requireRoot: hook<[tx: ReadTx, taskId: string], Promise<void>>("stops.requireRoot"),
  countWaiting: hook<[tx: ReadTx, target: Target], Promise<number>>("stops.countWaiting"),
  listRunning: hook<[tx: ReadTx, target: Target], Promise<RunningAttempt[]>>("stops.listRunning"),
  /** Asks the holders of all running tasks to stop: no heartbeat extends their leases. Returns the attempts. */
  requestStop: hook<[tx: Tx, target: Target], Promise<RunningAttempt[]>>("stops.requestStop"),
  /** Lets these attempts go on, if they still run. */
  letGoOn: hook<[tx: Tx, attempts: readonly Pick<RunningAttempt, "task_id" | "fence">[]], Promise<void>>(
    "stops.letGoOn",
  ),
  /** Holds the actions that these stops cover, and lets the others go on with their time left. */
  holdActions: hook<[tx: Tx, stops: readonly Target[]], Promise<void>>("stops.holdActions"),
};
