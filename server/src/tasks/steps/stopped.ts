/** Attempts that must end because of a stop. */

import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { invalid } from "../../kernel/problem.ts";
import { taskFact } from "../facts.ts";
import { requireTask, saveStep } from "../store/tasks.ts";
import { queuedFrom, release } from "./finish.ts";
import type { Held } from "./hold.ts";

const REASON = "The work was stopped, and its lease ended.";

/** Throws unless the task is the first of its tree. */
export async function requireRoot(tx: ReadTx, id: string): Promise<void> {
  const { parent_task_id, root_task_id } = await requireTask(tx, id);
  if (parent_task_id !== null)
    throw invalid("/id", `must be the first task of a tree; that of this task is ${root_task_id}.`);
}

/** Queues a task again whose lease ended because of a stop. A stop uses no attempt. */
export async function endStopped(tx: Tx, held: Held, now: Date): Promise<Fact> {
  const { task } = held;
  await release(tx, held);
  await saveStep(tx, task, { ...queuedFrom(task, now), fence: task.fence + 1 }, now);
  const { attempt, fence } = task;
  return taskFact(task, "released", { previous_status: "running", attempt, fence, reason: REASON });
}
