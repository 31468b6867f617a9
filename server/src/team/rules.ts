/** Who may give work to whom, and to whom work goes up. Pure. */
import { Problem } from "../kernel/problem.ts";
import type { RoleChange, RoleOfAgent, Stranded, TeamRole, TeamRules } from "./schema.ts";

/** What holds while a workspace has said nothing. */
export const RULES_DEFAULT: TeamRules = {
  allow_peer_assignment: false,
  require_supervisor_for_tasks: false,
  default_supervisor_agent_id: null,
  agents_create_roots: true,
  agent_priority_max: 10,
};
// The keys are those of the type.
export const RULE_NAMES = Object.keys(RULES_DEFAULT) as (keyof TeamRules)[];

export type Standing = Pick<RoleOfAgent, "agent_id" | "role" | "can_assign_to_peers" | "can_escalate_to_supervisor">;

export interface Assignment {
  rules: Pick<TeamRules, "allow_peer_assignment" | "require_supervisor_for_tasks">;
  /** The agent that gives the work. */
  from: { id: string; standing: Standing | undefined };
  to: { id: string; standing: Pick<Standing, "role"> | undefined };
}

type Giver = "supervisor" | "subordinate" | "without_role";
type Receiver = "itself" | "supervisor" | "peer";
type Needs = "nothing" | "escalation" | "peers" | "peers_and_own_flag";

/** What each kind of agent needs to give work to each kind, where a supervisor is required. */
export const ASSIGNMENTS: Record<Giver, Record<Receiver, Needs>> = {
  supervisor: { itself: "nothing", supervisor: "nothing", peer: "nothing" },
  subordinate: { itself: "nothing", supervisor: "escalation", peer: "peers_and_own_flag" },
  without_role: { itself: "peers", supervisor: "nothing", peer: "peers" },
};

/** Throws `not_assignable` unless the agent may give work to the other. People are never asked. */
export function requireAssignable(assignment: Assignment): void {
  const refusal = assignmentRefusal(assignment);
  if (refusal === undefined) return;
  throw new Problem("not_assignable", refusal, {
    next_step: "Give the work to a supervisor, or ask a person to assign it.",
  });
}

/** A task that somebody asks for, as far as the rules of the team look at it. */
export interface AskedTask {
  parent_task_id?: string | null | undefined;
  priority?: number | undefined;
  budget_usd?: number | null | undefined;
}

/** Throws `forbidden` unless an agent may make this task. People are never asked. */
export function requireAgentMayCreate(rules: TeamRules, task: AskedTask): void {
  requireAgentPriority(rules, task.priority ?? 0);
  if (task.parent_task_id) return;
  if (!rules.agents_create_roots) {
    throw new Problem("forbidden", "In this workspace agents do not create tasks of their own.", {
      errors: [{ path: "/parent_task_id", message: "is required for agents." }],
      next_step: "Create it below a task that is assigned to you, with parent_task_id, or ask a person to create it.",
    });
  }
  if ((task.budget_usd ?? null) === null) return;
  throw new Problem("forbidden", "Only a person gives a budget to a task that belongs to no other task.", {
    errors: [{ path: "/budget_usd", message: "is not allowed for agents without parent_task_id." }],
    next_step: "Leave budget_usd out, create it below a task that has a budget, or ask a person to create it.",
  });
}

function requireAgentPriority({ agent_priority_max: max }: TeamRules, priority: number): void {
  if (priority <= max) return;
  throw new Problem("forbidden", `Agents may use priorities up to ${max}.`, {
    errors: [{ path: "/priority", message: `must be at most ${max} for agents.` }],
    priority_max: max,
    next_step: `Use a priority of at most ${max}, or ask a person to create the task.`,
  });
}

export function assignmentRefusal({ rules, from, to }: Assignment): string | undefined {
  if (!rules.require_supervisor_for_tasks) return undefined;
  const needs = ASSIGNMENTS[giverKind(from.standing)][from.id === to.id ? "itself" : receiverKind(to.standing)];
  switch (needs) {
    case "nothing":
      return undefined;
    case "escalation":
      return from.standing?.can_escalate_to_supervisor ? undefined : "This agent has no escalation permission.";
    case "peers":
      return rules.allow_peer_assignment ? undefined : "In this workspace work is given by supervisors.";
    case "peers_and_own_flag":
      if (!rules.allow_peer_assignment) return "In this workspace work is given by supervisors.";
      return from.standing?.can_assign_to_peers ? undefined : "This agent may not give work to its peers.";
    default:
      return needs satisfies never;
  }
}

function giverKind(standing: Standing | undefined): Giver {
  if (!standing) return "without_role";
  return standing.role === "supervisor" ? "supervisor" : "subordinate";
}

function receiverKind(standing: Pick<Standing, "role"> | undefined): Receiver {
  return standing?.role === "supervisor" ? "supervisor" : "peer";
}

/** What the change makes of the role that was there; flags that are left out are kept. */
export function changedRole(
  before: RoleOfAgent | undefined,
  change: RoleChange,
): Omit<RoleOfAgent, "created_at" | "updated_at"> {
  return {
    agent_id: change.agent_id,
    role: change.role ?? before?.role ?? "worker",
    can_assign_to_peers: change.can_assign_to_peers ?? before?.can_assign_to_peers ?? false,
    can_escalate_to_supervisor: change.can_escalate_to_supervisor ?? before?.can_escalate_to_supervisor ?? true,
    reports_to: change.reports_to === undefined ? (before?.reports_to ?? null) : change.reports_to,
  };
}

/** The agent above must be a supervisor, and must not stand below. `above` is the chain from it to the top. */
export function requireAbove(agentId: string, manager: { role: TeamRole } | undefined, above: readonly string[]): void {
  if (manager?.role !== "supervisor") {
    throw new Problem("conflict", "The agent in reports_to does not have the supervisor role.", {
      errors: [{ path: "/reports_to", message: "must be a supervisor." }],
      next_step: "Make it a supervisor first.",
    });
  }
  if (!above.includes(agentId)) return;
  throw new Problem("conflict", "The agent would report to itself through others.", {
    errors: [{ path: "/reports_to", message: "makes a circle." }],
  });
}

/** Throws unless nothing hangs on the agent or the caller knows. */
export function requireNothingStranded(stranded: Stranded, confirm: boolean | undefined): void {
  const { reports, is_default_supervisor, open_escalations } = stranded;
  if (confirm || (reports.length === 0 && !is_default_supervisor && open_escalations === 0)) return;
  const parts = [
    reports.length > 0 && `${reports.length} agents report to it`,
    is_default_supervisor && "it is the default supervisor",
    open_escalations > 0 && `${open_escalations} escalated tasks are with it`,
  ].filter((part) => part !== false);
  throw new Problem("conflict", `Others depend on this supervisor: ${parts.join(", ")}.`, {
    stranded,
    next_step: "Send confirm: true; its reports then go to the supervisor above it.",
  });
}

/**
 * Who gets what an agent escalates: the nearest supervisor above that did not have it yet, else the default one. Null:
 * there is nobody left but people, so work never goes in a circle.
 */
export function escalationTarget({
  from,
  above,
  defaultSupervisor,
  had,
}: {
  from: string;
  /** Whom the agent reports to, and so on upwards. */
  above: readonly string[];
  defaultSupervisor: string | null;
  /** Agents that had this work already. */
  had: readonly string[];
}): string | null {
  const candidates = defaultSupervisor === null ? above : [...above, defaultSupervisor];
  return candidates.find((id) => id !== from && !had.includes(id)) ?? null;
}
