/** What follows when a task ends or an attempt at it does: parent, dependents, budget, gate, telemetry. */
import { changeRunning } from "../gate/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { attemptFailed, recordAttempts, taskFact } from "./facts.ts";
import type { Descendant, Held } from "./hold.ts";
import { attemptsLeft, backoffMs, isFinal } from "./rules.ts";
import { addBudgetLeft, addToCounters, saveStep, type TaskChanges, type TaskRow } from "./store.ts";
import { cancelAll, closeChildren } from "./store-tree.ts";

/** Takes the task off its agent: the running count and the reservation go back. Call before saving another status. */
export async function release(tx: Tx, { task, payer }: Held): Promise<void> {
  if (task.status !== "running") return;
  await changeRunning(tx, new Map([[task.assigned_to_agent_id, -1]]));
  if (payer) await addBudgetLeft(tx, payer.id, task.reserved_nanos);
}

export const RELEASED = { lease_expires_at: null, reserved_nanos: 0n } as const;
export const UNBLOCKED = { blocked_by: null, blocked_reason: null } as const;

/** The last state of a task. Its parent, whatever waits for it and whoever lent it a budget are told. */
export async function finish(
  tx: Tx,
  held: Held,
  to: { status: "completed" | "failed" | "canceled" } & TaskChanges,
  now: Date,
): Promise<TaskRow> {
  const { task, parent, lender, dependents, descendants } = held;
  await release(tx, held);
  // What is open below a task that completes without it may still need the budget.
  const isSettled = to.status !== "completed" || descendants.every(({ status }) => isFinal(status));
  if (isSettled) await returnBelow(tx, descendants);
  const changes = { ...RELEASED, ...UNBLOCKED, ...to, finished_at: now.toISOString() };
  const saved = await saveStep(tx, task, changes, now);
  if (parent) await addToCounters(tx, [parent.id], { open_children: -1 });
  if (to.status === "completed") {
    const waiting = dependents.filter(({ status }) => !isFinal(status)).map(({ id }) => id);
    await addToCounters(tx, waiting, { open_dependencies: -1 });
  }
  if (isSettled && lender) await returnBudget(tx, saved, lender);
  return saved;
}

/** What neither it nor anything below it spent goes back to where it came from. */
async function returnBudget(tx: Tx, task: TaskRow, lender: TaskRow): Promise<void> {
  const left = task.budget_left_nanos ?? 0n;
  if (left <= 0n) return;
  await addBudgetLeft(tx, task.id, -left);
  await addBudgetLeft(tx, lender.id, left);
}

/** Reservations and what is left of budgets below a task flow up to whoever lent them, deepest first. */
async function returnBelow(tx: Tx, below: readonly Descendant[]): Promise<void> {
  const gained = new Map<string, bigint>();
  const give = (to: string, nanos: bigint) => gained.set(to, (gained.get(to) ?? 0n) + nanos);
  for (const task of [...below].sort((a, b) => b.depth - a.depth)) {
    if (task.budget_task_id) give(task.budget_task_id, task.reserved_nanos);
    if (task.budget_left_nanos === null || !task.lender_id) continue;
    const left = task.budget_left_nanos + (gained.get(task.id) ?? 0n);
    if (left <= 0n) continue;
    give(task.id, -left);
    give(task.lender_id, left);
  }
  for (const [id, nanos] of gained) await addBudgetLeft(tx, id, nanos);
}

/**
 * Cancels everything open below a task that ends without success; `finish` must follow, which settles their budgets.
 * Answers their facts.
 */
export async function cancelDescendants(tx: Tx, held: Held, by: Actor, cause: string, now: Date): Promise<Fact[]> {
  const open = held.descendants.filter(({ status }) => !isFinal(status));
  if (open.length === 0) return [];
  const freed = new Map<string, number>();
  for (const { status, assigned_to_agent_id: agent } of open) {
    if (status === "running") freed.set(agent, (freed.get(agent) ?? 0) - 1);
  }
  await changeRunning(tx, freed);
  await cancelAll(
    tx,
    open.map(({ id }) => id),
    { by: by.kind, at: now },
  );
  await closeChildren(tx, [held.task.id, ...held.descendants.map(({ id }) => id)]);
  return open.map((task) => taskFact(task, "canceled", { previous_status: task.status, reason: cause }));
}

export interface EndedAttempt {
  task: TaskRow;
  facts: Fact[];
}

/**
 * An attempt that failed for good or may be tried again: back to the queue with a growing wait while attempts are
 * left, else failed with everything open below it canceled.
 */
export async function endAttempt(
  tx: Tx,
  held: Held,
  by: Actor,
  end: { reason: string; retryable: boolean; output?: unknown; voidFence: boolean },
  now: Date,
): Promise<EndedAttempt> {
  const { task } = held;
  await recordAttempts(tx, [attemptFailed(task, end.reason)]);
  const changes: TaskChanges = {
    failed_attempts: task.failed_attempts + 1,
    ...(end.voidFence && { fence: task.fence + 1 }),
    ...(end.output !== undefined && { output: end.output, result_of_attempt: task.attempt }),
  };
  if (end.retryable && attemptsLeft(task)) {
    await release(tx, held);
    const available = new Date(now.getTime() + backoffMs(task.failed_attempts + 1, Math.random()));
    const again = { ...changes, ...RELEASED, status: "queued", available_at: available.toISOString() } as const;
    const saved = await saveStep(tx, task, again, now);
    return { task: saved, facts: [] };
  }
  const facts = await cancelDescendants(tx, held, by, "parent_failed", now);
  const saved = await finish(tx, held, { ...changes, status: "failed" }, now);
  return { task: saved, facts };
}
