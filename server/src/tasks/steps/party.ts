/** Checks that a caller has a part in a task. Other slices use it for what belongs to a task. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { requirePart, type Stepper } from "../rules.ts";
import { findTask, lockTasks, requireTask } from "../store/tasks.ts";

export async function requireParty(tx: ReadTx, id: string, by: Stepper): Promise<void> {
  const task = await requireTask(tx, id);
  requirePart({ task, parent: task.parent_task_id ? await findTask(tx, task.parent_task_id) : undefined }, by);
}

/** Checks under the lock of the task and its parent, which lasts until the transaction ends. */
export async function lockAsParty(tx: Tx, id: string, by: Stepper): Promise<void> {
  const { parent_task_id: parentId } = await requireTask(tx, id);
  const locked = await lockTasks(tx, parentId ? [id, parentId] : [id]);
  const task = locked.get(id);
  if (!task) throw notFound("task", id);
  requirePart({ task, parent: locked.get(parentId ?? "") }, by);
}
