/** Holds everything a step may change, in the one order: agent gates by id, then tasks by depth and id. */
import { type Gate, lockGates } from "../gate/index.ts";
import type { Tx } from "../kernel/db.ts";
import { Problem } from "../kernel/problem.ts";
import { findTask, getTask, lockTasks, notFound, type TaskRow } from "./store.ts";
import { listDependentIds, listOpenDescendants } from "./store-tree.ts";

/** Times a task may change hands between the look and the lock. */
const LOOKS_MAX = 5;

export interface Held {
  task: TaskRow;
  gate: Gate;
  parent: TaskRow | undefined;
  /** The task whose budget pays for this one; itself when it has one. */
  payer: TaskRow | undefined;
  /** Where this task's own budget was carved from. */
  lender: TaskRow | undefined;
  /** Tasks that wait for this one. */
  dependents: TaskRow[];
  /** Everything below it that is not finished; only when asked for. */
  descendants: TaskRow[];
}

interface Wanted {
  /** A step that may finish the task touches what waits for it and, unless it succeeds, what is below it. */
  finishing?: boolean;
}

export async function holdTask(tx: Tx, id: string, { finishing = false }: Wanted = {}): Promise<Held> {
  for (let look = 0; look < LOOKS_MAX; look++) {
    const seen = await getTask(tx, id);
    const parent = seen.parent_task_id ? await findTask(tx, seen.parent_task_id) : undefined;
    const dependents = finishing && seen.dependent_count > 0 ? await listDependentIds(tx, id) : [];
    const below = finishing && seen.child_count > 0 ? await listOpenDescendants(tx, id) : [];
    const gates = await lockGates(tx, [
      seen.assigned_to_agent_id,
      ...below.map(({ assigned_to_agent_id }) => assigned_to_agent_id),
    ]);
    const belowIds = below.map((task) => task.id);
    const locked = await lockTasks(tx, [
      id,
      ...[seen.parent_task_id, seen.budget_task_id, parent?.budget_task_id].flatMap((other) => other ?? []),
      ...dependents,
      ...belowIds,
    ]);
    const task = locked.get(id);
    if (!task) throw notFound(id);
    const gate = gates.get(task.assigned_to_agent_id);
    const changed =
      task.child_count !== seen.child_count ||
      task.dependent_count !== seen.dependent_count ||
      below.some(moved(locked));
    // Under the lock nothing joins any more; what joined between the look and the lock is looked at again.
    if (!gate || changed) continue;
    const held = (other: string | null | undefined) => (other ? locked.get(other) : undefined);
    return {
      task,
      gate,
      parent: held(task.parent_task_id),
      payer: held(task.budget_task_id),
      lender: task.budget_nanos === null ? undefined : held(parent?.budget_task_id),
      dependents: dependents.flatMap((other) => locked.get(other) ?? []),
      descendants: belowIds.flatMap((other) => locked.get(other) ?? []),
    };
  }
  throw new Problem("conflict", `Task ${id} changes too quickly; try again.`, { retry_after_seconds: 1 });
}

/** A descendant that changed hands is charged to another gate than the one held. */
function moved(locked: ReadonlyMap<string, TaskRow>) {
  return (seen: { id: string; assigned_to_agent_id: string }) =>
    locked.get(seen.id)?.assigned_to_agent_id !== seen.assigned_to_agent_id;
}
