/** Stores and flags the result of a holder that has lost the task. The result is never applied. */
import type { Actor } from "../../kernel/actor.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { type Outcome, refused } from "../../kernel/operation.ts";
import { taskFact } from "../facts.ts";
import { holdOf, leaseLost, requireRole } from "../rules.ts";
import { findStart, hasLateResult } from "../store/events.ts";
import { saveStep } from "../store/tasks.ts";
import type { Held } from "./hold.ts";

export interface Carried {
  step: "block" | "complete" | "fail" | "escalate";
  fence: number | undefined;
  output?: unknown;
  reason?: string | undefined;
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
  if (fence === undefined || !(await findStart(tx, task.id, actor.id, fence))) {
    requireRole(held, step, actor);
    throw leaseLost(task);
  }
  if (await hasLateResult(tx, task.id, actor.id, fence)) throw leaseLost(task);
  await saveStep(tx, task, { has_late_result: true }, now);
  return refused(leaseLost(task), taskFact(task, "late_result", { step, fence, output, reason }));
}
