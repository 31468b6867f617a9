/** What follows when a task ends or an attempt at it does: parent, dependents, budget, gate, telemetry. */
import { changeRunning } from "../gate/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { attemptFailed, recordAttempts, taskFact } from "./facts.ts";
import type { Held } from "./hold.ts";
import { attemptsLeft, backoffMs, isFinal } from "./rules.ts";
import { addBudgetLeft, addToCounters, saveStep, type TaskChanges, type TaskRow } from "./store.ts";
import { cancelAll } from "./store-tree.ts";

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
  const { task, parent, lender, dependents } = held;
  await release(tx, held);
  const changes = { ...RELEASED, ...UNBLOCKED, ...to, finished_at: now.toISOString() };
  const saved = await saveStep(tx, task, changes, now);
  if (parent && !isFinal(parent.status)) await addToCounters(tx, [parent.id], { open_children: -1 });
  if (to.status === "completed") {
    const waiting = dependents.filter(({ status }) => !isFinal(status)).map(({ id }) => id);
    await addToCounters(tx, waiting, { open_dependencies: -1 });
  }
  if (lender && !isFinal(lender.status)) await returnBudget(tx, saved, lender);
  return saved;
}

/** What neither it nor anything below it spent goes back to where it came from. */
async function returnBudget(tx: Tx, task: TaskRow, lender: TaskRow): Promise<void> {
  const left = task.budget_left_nanos ?? 0n;
  if (left <= 0n) return;
  await addBudgetLeft(tx, task.id, -left);
  await addBudgetLeft(tx, lender.id, left);
}

/** Cancels everything open below a task that ends without success. Answers their facts. */
export async function cancelDescendants(tx: Tx, held: Held, by: Actor, cause: string, now: Date): Promise<Fact[]> {
  const open = held.descendants.filter(({ status }) => !isFinal(status));
  if (open.length === 0) return [];
  const canceled = new Set(open.map(({ id }) => id));
  const running = open.filter(({ status }) => status === "running");
  const freed = new Map<string, number>();
  for (const { assigned_to_agent_id: agent } of running) freed.set(agent, (freed.get(agent) ?? 0) - 1);
  await changeRunning(tx, freed);
  await returnBelow(tx, held.task, open, canceled);
  await cancelAll(tx, [...canceled], { by: by.kind, at: now });
  await addToCounters(tx, [held.task.id], { open_children: -held.task.open_children });
  return open.map((task) => taskFact(task, "canceled", { previous_status: task.status, reason: cause }));
}

/** Reservations and carved budgets of the canceled flow up to the budgets that stay, deepest first. */
async function returnBelow(tx: Tx, top: TaskRow, open: readonly TaskRow[], canceled: Set<string>): Promise<void> {
  const left = new Map(open.map((task) => [task.id, task.budget_left_nanos ?? 0n]));
  const outside = new Map<string, bigint>();
  const give = (to: string | null, nanos: bigint) => {
    if (to === null || nanos === 0n) return;
    if (canceled.has(to)) left.set(to, (left.get(to) ?? 0n) + nanos);
    else outside.set(to, (outside.get(to) ?? 0n) + nanos);
  };
  const byId = new Map([top, ...open].map((task) => [task.id, task]));
  for (const task of [...open].sort((a, b) => b.depth - a.depth)) {
    give(task.budget_task_id, task.reserved_nanos);
    if (task.budget_nanos === null) continue;
    const parent = task.parent_task_id ? byId.get(task.parent_task_id) : undefined;
    give(parent?.budget_task_id ?? null, left.get(task.id) ?? 0n);
    await addBudgetLeft(tx, task.id, -(task.budget_left_nanos ?? 0n));
  }
  for (const [id, nanos] of outside) await addBudgetLeft(tx, id, nanos);
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
