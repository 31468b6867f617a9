/** Checks that a caller has a part in a task. Other slices use it for what belongs to a task. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { requirePart, type Stepper } from "../rules.ts";
import { findTask, requireTask } from "../store/tasks.ts";
import { holdPlace } from "./hold.ts";

export async function requireParty(tx: ReadTx, id: string, by: Stepper): Promise<void> {
  const task = await requireTask(tx, id);
  requirePart({ task, parent: task.parent_task_id ? await findTask(tx, task.parent_task_id) : undefined }, by);
}

/** Checks under the lock of the task and its parent, which lasts until the transaction ends. */
export async function lockAsParty(tx: Tx, id: string, by: Stepper): Promise<void> {
  requirePart(await holdPlace(tx, id), by);
}
