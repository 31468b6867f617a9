import { uuidv7 } from "uuidv7";
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { usdFromNanos } from "../../kernel/money.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { cappedPriority, requireMayAssign, requireMayAssignRole, requireMayCreate } from "../../team/index.ts";
import { createdFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import type { NewTask, Target } from "../new-task.ts";
import { requireRoomBelow } from "../new-task.ts";
import { queuedFor, requireTake } from "../rules.ts";
import { Task, TaskId, type TaskRow } from "../schema.ts";
import { tellNew } from "../steps/dependents.ts";
import { takeRoom } from "../store/open.ts";
import { addToCounters, moveDependents, requireTask } from "../store/tasks.ts";
import { listDependents } from "../store/tree.ts";
import { toWire } from "../to-wire.ts";
import { holdSurroundings, insertPlanned } from "./create-task.ts";

export const retryTask = command({
  name: "tasks.retry",
  summary: "Create a new task from a finished one. retry_of links it to the old task.",
  description: "If the old task was not completed, tasks that depend on it depend on the new task instead.",
  route: "POST /tasks/{id}/retry",
  status: 201,
  permission: "tasks:write",
  keeps: keptInputs,
  storesOutput: true,
  input: Fields(TaskId),
  output: Task,
  problems: [
    "not_found",
    "agent_paused",
    "not_assignee",
    "not_assignable",
    "forbidden",
    "illegal_step",
    "parent_finished",
    "fan_out_limit",
    "open_tasks_limit",
    "budget_exceeded",
    "dependency_cycle",
  ],
  async run({ tx, actor, env }, { id }) {
    const seen = await requireTask(tx, id);
    const around = await holdSurroundings(tx, seen, [
      id,
      ...(await listDependents(tx, [id])).map(({ task_id }) => task_id),
    ]);
    // A late result may have completed the task before the lock.
    const old = await requireTask(tx, id);
    requireTake({ task: old, parent: around.parent }, "retry", actor);
    const input = copyOf(old, await cappedPriority(tx, actor, old.priority));
    await requireMayCreate(tx, actor, { ...input, parent_task_id: old.parent_task_id });
    const target = await sameTarget(tx, actor, old);
    if (around.parent) requireRoomBelow(around.parent, actor, env.settings);
    const task = await insertPlanned(tx, uuidv7(), { input, target }, actor, around, { retry_of: id });
    const moved = old.status === "completed" ? [] : await moveDependents(tx, id, task.id);
    await addToCounters(tx, [task.id], { dependent_count: moved.length });
    await addToCounters(tx, [id], { dependent_count: -moved.length });
    const effects = await tellNew(tx, task, around.dependencies);
    await takeRoom(tx, task, env.settings);
    return changed(toWire(task), createdFact(task), ...effects);
  },
});

/** A task of a pool is retried in its pool, and another task by its agent. */
async function sameTarget(tx: Tx, by: Actor, old: TaskRow): Promise<Target> {
  const { assigned_to_agent_id, pool_id, assigned_role, assigned_tags } = old;
  if (pool_id === null) await requireMayAssign(tx, by, assigned_to_agent_id);
  else await requireMayAssignRole(tx, by, assigned_role);
  return { ...queuedFor(old), pool_id, assigned_role, assigned_tags };
}

function copyOf(old: TaskRow, priority: number): NewTask {
  return {
    title: old.title,
    input: old.input,
    priority,
    due_at: null,
    max_attempts: old.max_attempts,
    budget_usd: old.budget_nanos === null ? null : usdFromNanos(old.budget_nanos),
    estimated_cost_usd: old.estimated_cost_nanos === null ? null : usdFromNanos(old.estimated_cost_nanos),
  };
}
