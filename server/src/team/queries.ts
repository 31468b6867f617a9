/** Functions that other slices call, each in the transaction of the caller. */
import type { Actor } from "../kernel/actor.ts";
import { clockOf } from "../kernel/db/db.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { Problem } from "../kernel/problem.ts";
import { strandedBy } from "./change-role.ts";
import { removeRole } from "./operations/delete-role.ts";
import {
  escalationTarget,
  type NewTask,
  requireAgentMayCreate,
  requireAssignable,
  requireNothingStranded,
} from "./rules.ts";
import type { TeamRole } from "./schema.ts";
import { findAssignment, findRole, getRules, listAbove } from "./store.ts";

/** Throws `not_assignable` when an agent may not give work to the other. Other callers may. */
export async function requireMayAssign(tx: ReadTx, by: Pick<Actor, "kind" | "id">, to: string): Promise<void> {
  if (by.kind === "agent") requireAssignable(await findAssignment(tx, by.id, to));
}

/** Throws `not_assignable` when an agent may not give work to all agents with a role. Tags count as peers. */
export async function requireMayAssignRole(
  tx: ReadTx,
  by: Pick<Actor, "kind" | "id">,
  role: TeamRole | null,
): Promise<void> {
  if (by.kind !== "agent") return;
  const { rules, from } = await findAssignment(tx, by.id, by.id);
  requireAssignable({ rules, from, to: { id: "", role: role === null ? undefined : { role } } });
}

/** Throws `forbidden` when the rules of the team do not let an agent create this task. Other callers may. */
export async function requireMayCreate(tx: ReadTx, by: Pick<Actor, "kind">, task: NewTask): Promise<void> {
  if (by.kind === "agent") requireAgentMayCreate(await getRules(tx), task);
}

/** Returns the priority of a retried task. An agent's retry has at most the priority that agents may use. */
export async function cappedPriority(tx: ReadTx, by: Pick<Actor, "kind">, priority: number): Promise<number> {
  return by.kind === "agent" ? Math.min(priority, (await getRules(tx)).agent_priority_max) : priority;
}

export async function isSupervisor(tx: ReadTx, agentId: string): Promise<boolean> {
  return (await findRole(tx, agentId))?.role === "supervisor";
}

/** Returns the agent that receives the escalated work; null when only people are left. */
export async function findEscalationTarget(tx: ReadTx, from: string, had: readonly string[]): Promise<string | null> {
  // The agents above those who had the work count too: a supervisor may have left, and its reports moved one level up.
  const above: string[] = [];
  for (const id of [from, ...[...had].reverse()]) above.push(...(await listAbove(tx, id)));
  const { default_supervisor_agent_id: defaultSupervisor } = await getRules(tx);
  return escalationTarget({ from, above, defaultSupervisor, had });
}

/** Throws `not_assignable` when the agent's role does not let it escalate. */
export async function requireMayEscalate(tx: ReadTx, by: Pick<Actor, "kind" | "id">): Promise<void> {
  if (by.kind !== "agent") return;
  const role = await findRole(tx, by.id);
  if (!role || role.role === "supervisor" || role.can_escalate_to_supervisor) return;
  throw new Problem("not_assignable", "This agent may not escalate work to a supervisor.", {
    next_step: "Block the task with a reason. A person will see it.",
  });
}

/** Throws when others depend on the agent and the caller did not confirm. */
export async function requireNothingStrandedBy(tx: Tx, agentId: string, confirm: boolean | undefined): Promise<void> {
  requireNothingStranded(await strandedBy(tx, agentId), confirm);
}

/** Removes the role of an agent that is archived. */
export async function leaveTeam(tx: Tx, agentId: string): Promise<Fact[]> {
  const role = await findRole(tx, agentId);
  return role ? removeRole(tx, role, { confirm: true, at: await clockOf(tx) }) : [];
}
