/** Ends a task or an attempt, and updates parent, dependents, budget and gate. */
import { changeRunning, noteLeaseLost } from "../../gate/index.ts";
import type { Actor } from "../../kernel/actor.ts";
import { only } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { taskHooks } from "../hooks.ts";
import { backoffMs, countAttempt, isFinal, queuedFor, uncountAttempt } from "../rules.ts";
import type { TaskRow } from "../schema.ts";
import { queueEndings } from "../store/ending.ts";
import { countEnded } from "../store/open.ts";
import { addBudgetLeft, addToCounters, RELEASED, saveStep, type TaskChanges, UNBLOCKED } from "../store/tasks.ts";
import { hasOpenBelow } from "../store/tree.ts";
import { endChild } from "./children.ts";
import { failDependents } from "./dependents.ts";
import { cancelDescendants, returnBudgets } from "./ending.ts";
import type { Held } from "./hold.ts";

const ATTEMPTS = ["failed_attempts", "unseen_attempts"] as const;

/** The columns of a task whose next attempt may start from this time on. */
export function queuedFrom(task: TaskRow, start: Date) {
  return { ...RELEASED, ...queuedFor(task), status: "queued", available_at: start.toISOString() } as const;
}

/** Reduces the agent's running count and returns the reservation. Call before saving another status. */
export async function release(tx: Tx, { task, payer }: Held): Promise<void> {
  if (task.status !== "running") return;
  await changeRunning(tx, new Map([[task.assigned_to_agent_id, -1]]));
  if (payer) await addBudgetLeft(tx, payer.id, task.reserved_nanos);
}

/** A task after a step, and the facts about its neighbours. */
export interface Ended {
  task: TaskRow;
  facts: Fact[];
}

/** Saves the final status of a task, and updates its parent, its dependents and the task that its budget came from. */
export async function finish(
  tx: Tx,
  held: Held,
  to: { status: "completed" | "failed" | "canceled" } & TaskChanges,
  now: Date,
): Promise<Ended> {
  const { task, parent, lender, dependents, descendants } = held;
  await release(tx, held);
  const isSettled = await isSettledBy(tx, held, to.status);
  if (isSettled) await returnBudgets(tx, descendants);
  const changes = { ...RELEASED, ...UNBLOCKED, ...to, finished_at: now.toISOString() };
  const saved = await saveStep(tx, task, changes, now);
  // `cancelDescendants` has canceled the tasks below unless the task completes.
  const canceled = to.status === "completed" ? [] : descendants.filter(({ status }) => !isFinal(status));
  const effects = parent ? [await endChild(tx, parent, now)] : [];
  if (to.status === "completed") await countCompleted(tx, dependents, 0);
  else effects.push(await failDependents(tx, [task, ...canceled]));
  if (isSettled && lender) await returnBudget(tx, saved, lender);
  const sent = await taskHooks.notify(
    tx,
    effects.flatMap(({ notices }) => notices),
  );
  await countEnded(tx, task, 1 + canceled.length, canceled.length + (task.depth > 0 ? 1 : 0));
  return { task: saved, facts: [...effects.flatMap(({ facts }) => facts), ...sent] };
}

/**
 * Completes a failed task. Its parent, its budget and the counts of open tasks changed when it failed, and the tasks
 * below were canceled. Only its dependents still wait for it.
 */
export async function completeFailed(
  tx: Tx,
  { task, dependents }: Held,
  result: Pick<TaskRow, "output" | "result_of_attempt">,
  now: Date,
): Promise<TaskRow> {
  const saved = await saveStep(tx, task, { ...result, status: "completed", finished_at: now.toISOString() }, now);
  await countCompleted(tx, dependents, 1);
  return saved;
}

/** `failed` is 1 when the dependents count the task as failed. */
async function countCompleted(tx: Tx, dependents: readonly TaskRow[], failed: 0 | 1): Promise<void> {
  const waiting = dependents.filter(({ status }) => !isFinal(status)).map(({ id }) => id);
  await addToCounters(tx, waiting, { open_dependencies: -1, failed_dependency_count: -failed });
}

/** Returns true when no task below needs the budget. */
async function isSettledBy(tx: Tx, { task, descendants, isLarge }: Held, status: TaskRow["status"]): Promise<boolean> {
  // When a task completes, open tasks below it may still need the budget.
  if (!isLarge) return status !== "completed" || descendants.every((below) => isFinal(below.status));
  // The sweep settles the tasks below, deepest first, and this task last. When the task does not complete,
  // `cancelDescendants` has already listed them.
  if (status === "completed" && !(await hasOpenBelow(tx, task.id))) {
    await queueEndings(tx, task.id, "parent_canceled", "system");
  }
  return false;
}

/** Returns the remaining budget of the task and its descendants to the task that it came from. */
async function returnBudget(tx: Tx, task: TaskRow, lender: TaskRow): Promise<void> {
  const left = task.budget_left_nanos ?? 0n;
  if (left <= 0n) return;
  await addBudgetLeft(tx, task.id, -left);
  await addBudgetLeft(tx, lender.id, left);
}

interface End {
  retryable: boolean;
  output?: unknown;
  /** The attempt is not counted, and the task is queued at once: the gate of its agent says when it starts. */
  isUncounted?: boolean;
  /** The lease ended, and the holder loses the task. */
  leaseEnded?: true;
  /** The last holder ends the attempt after its lease ended, under its fence. */
  afterLease?: { fence: number | undefined; agentId: string; isCounted: boolean };
}

/**
 * Ends a failed attempt. A retryable failure with attempts left puts the task back into the queue after a growing wait.
 * Otherwise the task fails, and all open tasks below it are canceled.
 */
export async function endAttempt(tx: Tx, held: Held, by: Actor, end: End, now: Date): Promise<Ended> {
  const { task } = held;
  const before = end.afterLease?.isCounted ? { ...task, ...uncountAttempt(task) } : task;
  // A step of the holder is a sign of it.
  const { counts, isLast } = end.isUncounted
    ? { counts: only(before, ATTEMPTS), isLast: false }
    : countAttempt(before, end.leaseEnded === true && !task.is_seen);
  const isQueued = end.retryable && !isLast;
  if (end.leaseEnded) await noteLeaseLost(tx, task.assigned_to_agent_id);
  const changes: TaskChanges = {
    ...counts,
    ...((end.leaseEnded || (end.afterLease && isQueued)) && { fence: task.fence + 1 }),
    ...(end.afterLease?.fence !== undefined &&
      !isQueued && { fence: end.afterLease.fence, assigned_to_agent_id: end.afterLease.agentId }),
    ...(end.output !== undefined && { output: end.output, result_of_attempt: task.attempt }),
  };
  if (isQueued) {
    await release(tx, held);
    const waits = end.isUncounted ? 0 : backoffMs(counts.failed_attempts, Math.random());
    const queued = queuedFrom(task, new Date(now.getTime() + waits));
    const saved = await saveStep(tx, task, { ...changes, ...queued }, now);
    return { task: saved, facts: [] };
  }
  const { facts: below } = await cancelDescendants(tx, held, by, "parent_failed");
  const { task: failed, facts } = await finish(tx, held, { ...changes, status: "failed" }, now);
  return { task: failed, facts: [...below, ...facts] };
}
