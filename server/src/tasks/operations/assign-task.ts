import { agentArchived, findGate } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { isSupervisor, requireMayAssign } from "../../team/index.ts";
import { governanceFact, taskFact } from "../facts.ts";
import { keptInputs } from "../kept-inputs.ts";
import { assignedTo, assigneeOf, requireHandover, requireTake } from "../rules.ts";
import { OptionalReason, Task, TaskId, type TaskRow } from "../schema.ts";
import { release } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { RELEASED, saveStep, type TaskChanges, UNBLOCKED } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";
import { withUndo } from "../undo-rules.ts";

export const assignTask = command({
  name: "tasks.assign",
  summary: "Assign an open task to another agent. The task is queued for that agent.",
  description: "Nothing changes when the agent already runs the task or has it in its queue, so its attempt goes on.",
  route: "POST /tasks/{id}/assign",
  permission: "tasks:write",
  keeps: keptInputs,
  input: Fields({ ...TaskId, assigned_to_agent_id: Id, ...OptionalReason }),
  output: Task,
  problems: [
    "not_found",
    "agent_paused",
    "not_assignee",
    "not_assignable",
    "illegal_step",
    "conflict",
    "handover_limit",
  ],
  async run({ tx, actor, now }, { id, assigned_to_agent_id: to, reason = null }) {
    const held = await holdTask(tx, id);
    const { task } = held;
    requireTake(held, "assign", actor);
    const target = await findGate(tx, to);
    if (!target) throw notFound("agent", to);
    if (target.status === "archived") throw agentArchived();
    await requireMayAssign(tx, actor, to);
    if (isAssigned(task, target.agent_id, actor)) return unchanged(toWire(task));
    if (actor.kind === "agent") requireHandover(task);
    await release(tx, held);
    const changes = {
      ...RELEASED,
      ...UNBLOCKED,
      status: "queued" as const,
      ...assignedTo(to),
      ...(actor.kind === "agent" ? recordHandover(task) : { escalated_from: [], handovers: 0 }),
      escalates_at: null,
      // The previous holder loses the lease.
      fence: task.fence + 1,
      available_at: now.toISOString(),
    };
    const assigned = await saveStep(tx, task, withUndo(changes, task, "assign", actor), now);
    const from = assigneeOf(task);
    return changed(
      toWire(assigned),
      governanceFact("task_reassigned", task, { to, reason }),
      ...((await isSupervisor(tx, to)) ? [governanceFact("task_escalated", task, { to, reason })] : []),
      taskFact(assigned, "assigned", { from_agent_id: from, to_agent_id: to, previous_status: task.status, reason }),
    );
  },
});

/**
 * The agent has the task already, and another fence would end its attempt. A blocked task is queued again, and a person
 * resets the memory of a queued task. A queued task of a pool leaves the pool.
 */
function isAssigned({ status, ...task }: TaskRow, to: string, { kind }: Actor): boolean {
  const isKept = kind === "agent" || (task.escalated_from.length === 0 && task.handovers === 0);
  const isOwn = isKept && task.pool_id === null;
  return task.assigned_to_agent_id === to && (status === "running" || (status === "queued" && isOwn));
}

/**
 * An escalated task never goes to the same agent twice, even when the agent above gave it back. Only an assignment by a
 * person resets the list.
 */
function recordHandover(task: TaskRow): TaskChanges {
  const { escalated_from: previous, handovers } = task;
  const from = assigneeOf(task);
  const escalated_from = previous.length === 0 || from === null ? previous : [...new Set([...previous, from])];
  return { escalated_from, handovers: handovers + 1 };
}
