import { agentArchived, findGate } from "../../gate/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { taskFact } from "../facts.ts";
import { taskHooks } from "../hooks.ts";
import { keptInputs } from "../kept-inputs.ts";
import { assigneeOf, requireTake } from "../rules.ts";
import { Task, TaskId, type TaskRow } from "../schema.ts";
import { release } from "../steps/finish.ts";
import { holdTask } from "../steps/hold.ts";
import { requireRoomForPool } from "../store/pools.ts";
import { RELEASED, saveStep } from "../store/tasks.ts";
import { toWire } from "../to-wire.ts";
import { undoOf } from "../undo-rules.ts";

export const undoStep = command({
  name: "tasks.undo",
  summary: "Undo your last start, assign, escalate or answer of a task, until another step follows it.",
  description:
    "The task has the agent and the question again that it had before. A task that ran is queued for its former agent, " +
    "because a lost lease is not given back. The message of an answer stays, and the agent gets a message about the undo.",
  route: "POST /tasks/{id}/undo",
  permission: "tasks:write",
  keeps: keptInputs,
  input: Fields(TaskId),
  output: Task,
  problems: ["not_found", "agent_paused", "not_assignee", "illegal_step", "conflict", "open_tasks_limit"],
  async run({ tx, actor, now }, { id }) {
    const held = await holdTask(tx, id);
    const { task } = held;
    requireTake(held, "undo", actor);
    const { step, before } = undoOf(task, actor);
    const target = await findGate(tx, before.assigned_to_agent_id);
    if (target?.status === "archived") throw agentArchived();
    await release(tx, held);
    // The steps of an agent stay counted, so agents cannot assign and undo without end.
    const counted = actor.kind === "agent" && { handovers: task.handovers, escalated_from: task.escalated_from };
    const changes = { ...RELEASED, ...before, ...counted, escalates_at: null, undo: null, fence: task.fence + 1 };
    const undone = await saveStep(tx, task, { ...changes, available_at: now.toISOString() }, now);
    if (task.pool_id === null && undone.pool_id !== null) await requireRoomForPool(tx);
    return changed(
      toWire(undone),
      taskFact(undone, "undone", { step, previous_status: task.status, status: undone.status }),
      ...(step === "answer" ? await noteUndone(tx, task) : []),
    );
  },
});

/** The agent may have read the answer already. */
async function noteUndone(tx: Tx, task: TaskRow): Promise<Fact[]> {
  const agentId = assigneeOf(task);
  if (agentId === null) return [];
  const content = `The answer to your question about the task "${task.title}" was taken back.`;
  return taskHooks.notify(tx, [{ task_id: task.id, to: { agent_id: agentId, user_id: null }, content }]);
}
