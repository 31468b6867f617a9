/** Lets a task wait until an action of its agent ends. */
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { Problem } from "../../kernel/problem.ts";
import { taskFact } from "../facts.ts";
import { WAITING_FOR_APPROVAL } from "../question-schema.ts";
import { leaseEnded, leaseLost, requireTake } from "../rules.ts";
import { findTask, RELEASED, saveStep, UNBLOCKED } from "../store/tasks.ts";
import { release } from "./finish.ts";
import { holdTask } from "./hold.ts";

/** Blocks a running task of the agent. Its lease ends, and the key of the agent stands for the fence. */
export async function waitForAction(
  tx: Tx,
  { task_id, action_id, name }: { task_id: string; action_id: string; name: string },
  by: Actor,
  now: Date,
): Promise<Fact[]> {
  const held = await holdTask(tx, task_id);
  const { task } = held;
  if (task.assigned_to_agent_id !== by.id)
    throw new Problem("not_assignee", `Task ${task_id} is assigned to another agent.`);
  requireTake(held, "block", by);
  if (leaseEnded(task, now)) throw leaseLost(task);
  await release(tx, held);
  const why = {
    code: WAITING_FOR_APPROVAL,
    reason: `The task waits for the action ${name}.`,
    next_step: "An owner or admin approves or rejects the action. Then the task is queued again.",
    action_id,
  };
  const changes = { ...RELEASED, status: "blocked", blocked_by: "agent", blocked_reason: why } as const;
  const blocked = await saveStep(tx, task, changes, now);
  return [taskFact(blocked, "blocked", { previous_status: "running", ...why })];
}

/** Queues the task again when it still waits for the action. Its event has the outcome. */
export async function goOnAfterAction(
  tx: Tx,
  taskId: string,
  { action_id, outcome }: { action_id: string; outcome: string },
  now: Date,
): Promise<Fact[]> {
  const waits = (task: { blocked_reason: { action_id?: string } | null } | undefined) =>
    task?.blocked_reason?.action_id === action_id;
  if (!waits(await findTask(tx, taskId))) return [];
  const { task } = await holdTask(tx, taskId);
  if (!waits(task)) return [];
  const queued = await saveStep(tx, task, { ...UNBLOCKED, status: "queued", available_at: now.toISOString() }, now);
  return [taskFact(queued, "unblocked", { cause: WAITING_FOR_APPROVAL, action_id, outcome })];
}
