/** What other slices ask of the hierarchy, each in its own transaction. */
import type { Actor } from "../kernel/actor.ts";
import { clockOf, type ReadTx, type Tx } from "../kernel/db/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { strandedBy } from "./change-role.ts";
import { removeRole } from "./operations/delete-role.ts";
import {
  type AskedTask,
  escalationTarget,
  requireAgentMayCreate,
  requireAssignable,
  requireNothingStranded,
} from "./rules.ts";
import { findAssignment, findRole, getRules, listAbove } from "./store.ts";

/** Throws `not_assignable` when an agent may not give work to the other. Everybody else may. */
export async function requireMayAssign(tx: ReadTx, by: Pick<Actor, "kind" | "id">, to: string): Promise<void> {
  if (by.kind === "agent") requireAssignable(await findAssignment(tx, by.id, to));
}

/** Throws `forbidden` when the rules of the team do not let an agent make this task. Everybody else may. */
export async function requireMayCreate(tx: ReadTx, by: Pick<Actor, "kind">, task: AskedTask): Promise<void> {
  if (by.kind === "agent") requireAgentMayCreate(await getRules(tx), task);
}

/** The priority of a task that is made again: an agent hands on no more than it could give itself. */
export async function cappedPriority(tx: ReadTx, by: Pick<Actor, "kind">, priority: number): Promise<number> {
  return by.kind === "agent" ? Math.min(priority, (await getRules(tx)).agent_priority_max) : priority;
}

export async function isSupervisor(tx: ReadTx, agentId: string): Promise<boolean> {
  return (await findRole(tx, agentId))?.role === "supervisor";
}

/** Who gets what this agent escalates; null when only people are left. */
export async function findEscalationTarget(tx: ReadTx, from: string, had: readonly string[]): Promise<string | null> {
  // Also of those that had it before: who stood above may have left, and their reports went one level up.
  const above: string[] = [];
  for (const id of [from, ...[...had].reverse()]) above.push(...(await listAbove(tx, id)));
  const { default_supervisor_agent_id: defaultSupervisor } = await getRules(tx);
  return escalationTarget({ from, above, defaultSupervisor, had });
}

/** Throws `not_assignable` for an agent whose role says that it may not escalate. */
export async function requireMayEscalate(tx: ReadTx, by: Pick<Actor, "kind" | "id">): Promise<void> {
  if (by.kind !== "agent") return;
  const role = await findRole(tx, by.id);
  if (!role || role.role === "supervisor" || role.can_escalate_to_supervisor) return;
  throw new Problem("not_assignable", "This agent has no escalation permission.", {
    next_step: "Use block with a reason; a person will see it.",
  });
}

/** Throws, unless confirmed, when archiving the agent would leave others hanging. */
export async function requireNothingStrandedBy(tx: Tx, agentId: string, confirm: boolean | undefined): Promise<void> {
  requireNothingStranded(await strandedBy(tx, agentId), confirm);
}

/** An archived agent has no place in the team. */
export async function leaveTeam(tx: Tx, agentId: string): Promise<Fact[]> {
  const role = await findRole(tx, agentId);
  return role ? removeRole(tx, role, { confirm: true, at: await clockOf(tx) }) : [];
}
