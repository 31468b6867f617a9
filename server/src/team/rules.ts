/** Rules about which agents may give each other work, and which agent receives escalated work. Pure. */
import { Problem } from "../kernel/problem.ts";
import type { RoleChange, RoleOfAgent, Stranded, TeamRole, TeamRules } from "./schema.ts";

/** The rules of a workspace that has set none. */
export const RULES_DEFAULT: TeamRules = {
  allow_peer_assignment: false,
  require_supervisor_for_tasks: false,
  default_supervisor_agent_id: null,
  agents_create_roots: true,
  agent_priority_max: 10,
};
// RULES_DEFAULT has exactly the keys of TeamRules.
export const RULE_NAMES = Object.keys(RULES_DEFAULT) as (keyof TeamRules)[];

/** The part of an agent's role that the assignment rule reads. */
export type RoleFlags = Pick<RoleOfAgent, "agent_id" | "role" | "can_assign_to_peers" | "can_escalate_to_supervisor">;

export interface Assignment {
  rules: Pick<TeamRules, "allow_peer_assignment" | "require_supervisor_for_tasks">;
  /** The agent that gives the work. */
  from: { id: string; role: RoleFlags | undefined };
  to: { id: string; role: Pick<RoleFlags, "role"> | undefined };
}

type Giver = "supervisor" | "subordinate" | "without_role";
type Receiver = "itself" | "supervisor" | "peer";
type Needs = "nothing" | "escalation" | "peers" | "peers_and_own_flag";

/** The permission that one kind of agent needs to give work to another, while `require_supervisor_for_tasks` is on. */
export const ASSIGNMENTS: Record<Giver, Record<Receiver, Needs>> = {
  supervisor: { itself: "nothing", supervisor: "nothing", peer: "nothing" },
  subordinate: { itself: "nothing", supervisor: "escalation", peer: "peers_and_own_flag" },
  without_role: { itself: "peers", supervisor: "nothing", peer: "peers" },
};

/** Throws `not_assignable` when the agent may not give work to the other. */
export function requireAssignable(assignment: Assignment): void {
  const refusal = assignmentRefusal(assignment);
  if (refusal === undefined) return;
  throw new Problem("not_assignable", refusal, {
    next_step: "Give the work to a supervisor, or ask a person to assign it.",
  });
}

/** The fields of a new task that the rules of the team limit. */
export interface NewTask {
  parent_task_id?: string | null | undefined;
  priority?: number | undefined;
  budget_usd?: number | null | undefined;
}

/** Throws `forbidden` when an agent may not create this task. */
export function requireAgentMayCreate(rules: TeamRules, task: NewTask): void {
  requireAgentPriority(rules, task.priority ?? 0);
  if (task.parent_task_id) return;
  if (!rules.agents_create_roots) {
    throw new Problem("forbidden", "In this workspace, agents may create tasks only below other tasks.", {
      errors: [{ path: "/parent_task_id", message: "is required for agents." }],
      next_step: "Send parent_task_id with a task that is assigned to you, or ask a person to create the task.",
    });
  }
  if ((task.budget_usd ?? null) === null) return;
  throw new Problem("forbidden", "Only a person may give a budget to a task without a parent.", {
    errors: [{ path: "/budget_usd", message: "is not allowed for agents without parent_task_id." }],
    next_step:
      "Leave budget_usd out, create the task below a task that has a budget, or ask a person to create the task.",
  });
}

function requireAgentPriority({ agent_priority_max: max }: TeamRules, priority: number): void {
  if (priority <= max) return;
  throw new Problem("forbidden", `Agents may use a priority of at most ${max}.`, {
    errors: [{ path: "/priority", message: `must be at most ${max} for agents.` }],
    priority_max: max,
    next_step: `Use a priority of at most ${max}, or ask a person to create the task.`,
  });
}

export function assignmentRefusal({ rules, from, to }: Assignment): string | undefined {
  if (!rules.require_supervisor_for_tasks) return undefined;
  const needs = ASSIGNMENTS[giverKind(from.role)][from.id === to.id ? "itself" : receiverKind(to.role)];
  switch (needs) {
    case "nothing":
      return undefined;
    case "escalation":
      return from.role?.can_escalate_to_supervisor ? undefined : "This agent may not escalate work to a supervisor.";
    case "peers":
      return rules.allow_peer_assignment
        ? undefined
        : "In this workspace, only supervisors may give work to other agents.";
    case "peers_and_own_flag":
      if (!rules.allow_peer_assignment) return "In this workspace, only supervisors may give work to other agents.";
      return from.role?.can_assign_to_peers ? undefined : "This agent may not give work to its peers.";
    default:
      return needs satisfies never;
  }
}

function giverKind(role: RoleFlags | undefined): Giver {
  if (!role) return "without_role";
  return role.role === "supervisor" ? "supervisor" : "subordinate";
}

function receiverKind(role: Pick<RoleFlags, "role"> | undefined): Receiver {
  return role?.role === "supervisor" ? "supervisor" : "peer";
}

/** The role after the change. Fields that the change leaves out keep their value. */
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

/** Throws unless the manager is a supervisor who does not report to the agent. `above`: the manager and all above. */
export function requireSupervisorAbove(
  agentId: string,
  manager: { role: TeamRole } | undefined,
  above: readonly string[],
): void {
  if (manager?.role !== "supervisor") {
    throw new Problem("conflict", "The agent in reports_to does not have the supervisor role.", {
      errors: [{ path: "/reports_to", message: "must be a supervisor." }],
      next_step: "Give that agent the supervisor role first.",
    });
  }
  if (!above.includes(agentId)) return;
  throw new Problem("conflict", "The agent would report to itself through other agents.", {
    errors: [{ path: "/reports_to", message: "would make a circle of agents that report to each other." }],
  });
}

/** Throws when others depend on the agent and the caller did not confirm. */
export function requireNothingStranded(stranded: Stranded, confirm: boolean | undefined): void {
  const { reports, is_default_supervisor, open_escalations } = stranded;
  if (confirm || (reports.length === 0 && !is_default_supervisor && open_escalations === 0)) return;
  const parts = [
    reports.length > 0 && `${reports.length} agents report to it`,
    is_default_supervisor && "it is the default supervisor",
    open_escalations > 0 && `${open_escalations} escalated tasks are assigned to it`,
  ].filter((part) => part !== false);
  throw new Problem("conflict", `Others depend on this supervisor: ${parts.join(", ")}.`, {
    stranded,
    next_step: "Send confirm: true. Its reports then report to the supervisor above it.",
  });
}

/**
 * Returns the agent that receives escalated work: the nearest supervisor above that has not had the work yet, otherwise
 * the default supervisor. Returns null when only people are left, so that work never goes in a circle.
 */
export function escalationTarget({
  from,
  above,
  defaultSupervisor,
  had,
}: {
  from: string;
  /** The agents above, from the nearest to the top. */
  above: readonly string[];
  defaultSupervisor: string | null;
  /** The agents that have had this work already. */
  had: readonly string[];
}): string | null {
  const candidates = defaultSupervisor === null ? above : [...above, defaultSupervisor];
  return candidates.find((id) => id !== from && !had.includes(id)) ?? null;
}
