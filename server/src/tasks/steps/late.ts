/** The result of a holder whose lease has ended: applied while nobody else has taken the task, otherwise stored and flagged. */
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { type Outcome, refused } from "../../kernel/operation.ts";
import { taskFact } from "../facts.ts";
import { assigneeOf, holdOf, leaseLost, mayStillEnd, requireRole, requireTake } from "../rules.ts";
import type { LateResult, TaskRow } from "../schema.ts";
import { findAttempt, findLeaseEnd, hasLateResult } from "../store/events.ts";
import { saveStep } from "../store/tasks.ts";
import type { Held } from "./hold.ts";

/** The result is applied as if the lease had not ended. */
export interface Applied {
  kind: "applied";
  /** The task is queued again, and its fence is not the fence of the holder. */
  isQueued: boolean;
  /** The end of the lease used the attempt. After a stop it does not. */
  isCounted: boolean;
}

export interface Carried {
  step: LateResult["step"];
  fence: number | undefined;
  output?: unknown;
  reason?: string | undefined;
}

/**
 * Returns the way to apply the result when the caller holds the task, is a person, or is the last holder and nobody
 * has taken the task since its lease ended. Otherwise returns the outcome of a late result.
 */
export async function applyOrKeep(
  tx: Tx,
  held: Held,
  actor: Actor,
  carried: Carried & { step: "complete" | "fail" },
  now: Date,
): Promise<Applied | Outcome<never>> {
  const { task } = held;
  const { step, fence } = carried;
  if (actor.kind === "agent" && fence !== undefined && (await isLastHolder(tx, task, actor, fence))) {
    if (task.status !== "queued") return HELD;
    const end = await findLeaseEnd(tx, task.id, fence);
    if (end) return { kind: "applied", isQueued: true, isCounted: end === "lease_expired" };
  }
  const late = await lateOutcome(tx, held, actor, carried, now);
  if (late) return late;
  requireTake(held, step, actor);
  return HELD;
}

const HELD: Applied = { kind: "applied", isQueued: false, isCounted: false };

/** A task that returned to its pool has no assignee, so the log tells who held it under the fence. */
async function isLastHolder(tx: Tx, task: TaskRow, { id }: Actor, fence: number): Promise<boolean> {
  if (!mayStillEnd(task, fence)) return false;
  if (assigneeOf(task) !== null) return task.assigned_to_agent_id === id;
  return (await findAttempt(tx, task.id, id, fence)) !== undefined;
}

/** Throws unless the caller may take this step of the holder. An agent that had the task under this fence has lost it. */
export async function requireHolder(
  tx: Tx,
  held: Held,
  step: "heartbeat" | "add_event" | "release",
  actor: Actor,
  fence: number | undefined,
): Promise<void> {
  const { task } = held;
  const isOther = actor.kind === "agent" && task.assigned_to_agent_id !== actor.id;
  if (isOther && fence !== undefined && (await findAttempt(tx, task.id, actor.id, fence)) !== undefined) {
    throw leaseLost(task);
  }
  requireRole(held, step, actor);
}

/**
 * Returns undefined when the caller holds the task or is a person. For a stale fence, the outcome is `lease_lost`, and
 * the result is stored once. A fence that this agent never had belongs to another agent.
 */
export async function lateOutcome(
  tx: Tx,
  held: Held,
  actor: Actor,
  carried: Carried,
  now: Date,
): Promise<Outcome<never> | undefined> {
  const { task } = held;
  const { step, fence, output = null, reason = null } = carried;
  const mine = actor.kind !== "agent" || task.assigned_to_agent_id === actor.id;
  if (mine && holdOf(task, actor, fence, now) === "held") return undefined;
  if (fence === undefined || (await findAttempt(tx, task.id, actor.id, fence)) === undefined) {
    requireRole(held, step, actor);
    throw leaseLost(task);
  }
  if (await hasLateResult(tx, task.id, actor.id, fence)) throw leaseLost(task);
  await saveStep(tx, task, { has_late_result: true }, now);
  return refused(leaseLost(task), taskFact(task, "late_result", { step, fence, output, reason }));
}
