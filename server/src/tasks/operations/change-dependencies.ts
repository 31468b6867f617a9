import Type from "typebox";
import type { Tx } from "../../kernel/db/tx.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { requireTake } from "../rules.ts";
import { DEPENDENCIES_MAX, DependencyIds, Task, TaskId, type TaskRow } from "../schema.ts";
import { requireNoCycle } from "../steps/cycle.ts";
import { isFailed } from "../steps/dependents.ts";
import {
  addToCounters,
  deleteDependencies,
  insertDependencies,
  lockTasks,
  requireTask,
  saveStep,
} from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";
import { noteFailed } from "./create-task.ts";

export const changeDependencies = command({
  name: "tasks.change_dependencies",
  summary: "Drop tasks that a queued or blocked task waits for, or add tasks that it must wait for.",
  description:
    "drop and add in one call replace a task by another one. A task that is not in depends_on is not dropped twice, and " +
    "one that is there is not added twice, so a repeat changes nothing.",
  route: "POST /tasks/{id}/dependencies",
  permission: "tasks:write",
  keeps: keptInputs,
  input: Fields({
    ...TaskId,
    drop: Type.Optional(Type.Array(Id, { ...DependencyIds, description: "The task no longer waits for these tasks." })),
    add: Type.Optional(Type.Array(Id, { ...DependencyIds, description: "The task waits for these tasks too." })),
  }),
  output: Task,
  problems: ["not_found", "agent_paused", "not_assignee", "forbidden", "illegal_step", "conflict", "dependency_cycle"],
  async run({ tx, actor, now }, { id, drop = [], add = [] }) {
    requireChange(drop, add);
    const { task, parent, rowOf } = await hold(tx, id, [...drop, ...add]);
    requireTake({ task, parent }, "change_dependencies", actor);
    const dropped = drop.filter((other) => task.depends_on.includes(other)).map(rowOf);
    const added = add.filter((other) => !task.depends_on.includes(other)).map(rowOf);
    if (dropped.length + added.length === 0) return unchanged(toWire(task));
    const changes = countsAfter(task, dropped, added);
    if (added.length > 0) await requireNoCycle(tx, task.id, idsOf(added), "/add");
    await deleteDependencies(tx, task.id, idsOf(dropped));
    await insertDependencies(tx, task.id, idsOf(added));
    await addToCounters(tx, idsOf(dropped), { dependent_count: -1 });
    await addToCounters(tx, idsOf(added), { dependent_count: 1 });
    const saved = await saveStep(tx, task, changes, now);
    const fact = taskFact(saved, "dependencies_changed", { dropped: idsOf(dropped), added: idsOf(added) });
    return changed(toWire(saved), fact, ...(await noteFailed(tx, saved, { dependencies: added })));
  },
});

function requireChange(drop: readonly string[], add: readonly string[]): void {
  const both = add.find((id) => drop.includes(id));
  if (both) throw invalid("/add", `names task ${both}, which drop names too.`);
  if (drop.length + add.length === 0) throw invalid("/drop", "or add must name a task.");
}

function invalid(path: string, message: string): Problem {
  return new Problem("invalid_input", `${path.slice(1)}: ${message}`, { errors: [{ path, message }] });
}

/** Locks the task, its parent and the named tasks, in order. */
async function hold(tx: Tx, id: string, others: readonly string[]) {
  const { parent_task_id: parentId } = await requireTask(tx, id);
  const locked = await lockTasks(tx, [id, ...(parentId ? [parentId] : []), ...others]);
  const rowOf = (other: string): TaskRow => {
    const task = locked.get(other);
    if (!task) throw notFound("task", other);
    return task;
  };
  others.forEach(rowOf);
  return { task: rowOf(id), parent: parentId ? locked.get(parentId) : undefined, rowOf };
}

/** Returns the dependencies of the task after the change, and their counts. */
function countsAfter(task: TaskRow, dropped: readonly TaskRow[], added: readonly TaskRow[]) {
  const gone = idsOf(dropped);
  const depends_on = [...task.depends_on.filter((id) => !gone.includes(id)), ...idsOf(added)];
  if (depends_on.length > DEPENDENCIES_MAX) {
    throw invalid("/add", `makes ${depends_on.length} dependencies; a task has at most ${DEPENDENCIES_MAX}.`);
  }
  const open = (tasks: readonly TaskRow[]) => tasks.filter(({ status }) => status !== "completed").length;
  const failed = (tasks: readonly TaskRow[]) => tasks.filter(isFailed).length;
  return {
    depends_on,
    open_dependencies: task.open_dependencies - open(dropped) + open(added),
    failed_dependency_count: task.failed_dependency_count - failed(dropped) + failed(added),
  };
}

const idsOf = (tasks: readonly TaskRow[]) => tasks.map(({ id }) => id);
