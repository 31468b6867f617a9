import Type from "typebox";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { invalid } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { waitingFor } from "../new-task.ts";
import { requireTake } from "../rules.ts";
import { DEPENDENCIES_MAX, DependencyIds, Task, TaskId, type TaskRow } from "../schema.ts";
import { requireNoCycle } from "../steps/cycle.ts";
import { tellNew } from "../steps/dependents.ts";
import { holdPlace } from "../steps/hold.ts";
import { addToCounters, deleteDependencies, insertDependencies, saveStep } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";

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
    const { named, ...held } = await holdPlace(tx, id, [...drop, ...add]);
    const { task } = held;
    requireTake(held, "change_dependencies", actor);
    const isNow = (one: TaskRow) => task.depends_on.includes(one.id);
    const dropped = waitingFor(named.filter((one) => drop.includes(one.id) && isNow(one)));
    const newOnes = named.filter((one) => add.includes(one.id) && !isNow(one));
    const added = waitingFor(newOnes);
    if (dropped.depends_on.length + newOnes.length === 0) return unchanged(toWire(task));
    const changes = afterChange(task, dropped, added);
    if (newOnes.length > 0) await requireNoCycle(tx, task.id, added.depends_on, "/add");
    await deleteDependencies(tx, task.id, dropped.depends_on);
    await insertDependencies(tx, task.id, added.depends_on);
    await addToCounters(tx, dropped.depends_on, { dependent_count: -1 });
    await addToCounters(tx, added.depends_on, { dependent_count: 1 });
    const saved = await saveStep(tx, task, changes, now);
    const fact = taskFact(saved, "dependencies_changed", { dropped: dropped.depends_on, added: added.depends_on });
    return changed(toWire(saved), fact, ...(await tellNew(tx, saved, newOnes)));
  },
});

function requireChange(drop: readonly string[], add: readonly string[]): void {
  const both = add.find((id) => drop.includes(id));
  if (both) throw invalid("/add", `names task ${both}, which drop names too.`);
  if (drop.length + add.length === 0) throw invalid("/drop", "or add must name a task.");
}

type WaitingFor = ReturnType<typeof waitingFor>;

function afterChange(task: TaskRow, dropped: WaitingFor, added: WaitingFor): WaitingFor {
  const depends_on = [...task.depends_on.filter((id) => !dropped.depends_on.includes(id)), ...added.depends_on];
  if (depends_on.length > DEPENDENCIES_MAX) {
    throw invalid("/add", `makes ${depends_on.length} dependencies; a task has at most ${DEPENDENCIES_MAX}.`);
  }
  const count = (name: "open_dependencies" | "failed_dependency_count") => task[name] - dropped[name] + added[name];
  return {
    depends_on,
    open_dependencies: count("open_dependencies"),
    failed_dependency_count: count("failed_dependency_count"),
  };
}
