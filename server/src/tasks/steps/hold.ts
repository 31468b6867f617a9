/** Locks all rows that a step may change, in one order: agent gates by id, then tasks by depth and id. */
import { type Gate, lockGates } from "../../gate/index.ts";
import { StaleRead } from "../../kernel/db/errors.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import type { TaskRow } from "../schema.ts";
import { ENDED_AT_ONCE_MAX, type LeanTask, lockLean } from "../store/ending.ts";
import { findTask, findTasks, lockTasks, requireTask } from "../store/tasks.ts";
import { type Below, type DependencyLink, listBelow, listDependents } from "../store/tree.ts";

export type Descendant = LeanTask & Pick<Below, "lender_id">;

export interface Held {
  task: TaskRow;
  gate: Gate;
  parent: TaskRow | undefined;
  /** The task whose budget pays for this task: the task itself when it has a budget. */
  payer: TaskRow | undefined;
  /** The task that this task's own budget was carved from. */
  lender: TaskRow | undefined;
  /** The tasks that depend on this task. */
  dependents: TaskRow[];
  /** The tasks below that are open, have open children or a budget. Empty without `finishing` or when `isLarge`. */
  descendants: Descendant[];
  /** The tasks below are too many for one transaction, so none of them is locked. */
  isLarge: boolean;
}

interface Wanted {
  /** The step may finish the task, so it changes the dependents and, unless it succeeds, the tasks below. */
  finishing?: boolean;
}

export async function holdTask(tx: Tx, id: string, { finishing = false }: Wanted = {}): Promise<Held> {
  const seen = await requireTask(tx, id);
  const parent = seen.parent_task_id ? await findTask(tx, seen.parent_task_id) : undefined;
  const all = finishing && seen.child_count > 0 ? await listBelow(tx, id, ENDED_AT_ONCE_MAX + 1) : [];
  const isLarge = all.length > ENDED_AT_ONCE_MAX;
  const below = isLarge ? [] : all;
  const depended = (finishing ? [seen, ...below] : []).filter(({ dependent_count }) => dependent_count > 0);
  const links = () =>
    listDependents(
      tx,
      depended.map((one) => one.id),
    );
  const linked = await links();
  const dependents = linked.flatMap(({ task_id, depends_on_id }) => (depends_on_id === id ? [task_id] : []));
  const gates = await lockGates(tx, [
    seen.assigned_to_agent_id,
    ...below.map(({ assigned_to_agent_id }) => assigned_to_agent_id),
  ]);
  const around = [
    id,
    ...[seen.parent_task_id, seen.budget_task_id, parent?.budget_task_id].flatMap((other) => other ?? []),
    ...dependents,
  ];
  const lower = [...below.map((task) => task.id), ...linked.map(({ task_id }) => task_id)];
  const lean = below.length > 0 ? await lockLean(tx, [...around, ...lower]) : NONE;
  const locked = await lockTasks(tx, around);
  const task = existing(locked, id);
  const gate = gates.get(task.assigned_to_agent_id);
  // Tasks that joined between the read and the lock are not locked. Under the lock, no task can join.
  const joined = task.child_count !== seen.child_count || task.dependent_count !== seen.dependent_count;
  const changed = below.some((one) => moved(one, existing(lean, one.id))) || !isSame(linked, await links());
  if (!gate || (finishing && joined) || changed) {
    throw new StaleRead("conflict", `Task ${id} changes too quickly; try again.`, { retry_after_seconds: 1 });
  }
  const held = (other: string | null | undefined) => (other ? locked.get(other) : undefined);
  return {
    task,
    gate,
    parent: held(task.parent_task_id),
    payer: held(task.budget_task_id),
    lender: task.budget_nanos === null ? undefined : held(parent?.budget_task_id),
    dependents: dependents.flatMap((other) => locked.get(other) ?? []),
    descendants: below.map(({ id: other, lender_id }) => ({ ...existing(lean, other), lender_id })),
    isLarge,
  };
}

/** A dependent may have dropped the task, and another one may have added it. */
export function isSame(one: readonly DependencyLink[], other: readonly DependencyLink[]): boolean {
  const text = (links: readonly DependencyLink[]) =>
    links.map((link) => `${link.task_id} ${link.depends_on_id}`).join();
  return text(one) === text(other);
}

const NONE: ReadonlyMap<string, LeanTask> = new Map();

/** Locks several tasks with their parents, payers and lenders at once, so that later locks of each task do not wait. */
export async function lockAround(
  tx: Tx,
  tasks: readonly Pick<TaskRow, "id" | "parent_task_id" | "budget_task_id">[],
): Promise<void> {
  const parents = await findTasks(
    tx,
    tasks.flatMap(({ parent_task_id }) => parent_task_id ?? []),
  );
  const around = [...tasks, ...parents.values()];
  await lockTasks(
    tx,
    around.flatMap(({ id, budget_task_id }) => [id, ...(budget_task_id ? [budget_task_id] : [])]),
  );
}

/** A descendant with another assignee counts for a gate that is not locked. New children and dependents are not locked. */
function moved(seen: Below, held: LeanTask): boolean {
  return (
    seen.assigned_to_agent_id !== held.assigned_to_agent_id ||
    seen.child_count !== held.child_count ||
    seen.dependent_count !== held.dependent_count
  );
}

/** Locks a task, its parent and the named tasks, and no gate: for steps that change no count of an agent. */
export async function holdPlace(tx: Tx, id: string, names: readonly string[] = []) {
  const { parent_task_id: parentId } = await requireTask(tx, id);
  const locked = await lockTasks(tx, [id, ...(parentId ? [parentId] : []), ...names]);
  return {
    task: existing(locked, id),
    parent: parentId ? locked.get(parentId) : undefined,
    named: names.map((name) => existing(locked, name)),
  };
}

/** Throws when the task is not among the locked ones. */
export function existing<Row>(locked: ReadonlyMap<string, Row>, id: string): Row {
  const task = locked.get(id);
  if (!task) throw notFound("task", id);
  return task;
}
