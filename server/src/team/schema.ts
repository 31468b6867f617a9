/** The shapes of the hierarchy among agents. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, Page, Time } from "../kernel/schema.ts";

export const TEAM_ROLES = ["supervisor", "worker", "specialist"] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];
export const TeamRoleName = Literals(TEAM_ROLES, { title: "TeamRoleName" });

/** The most agents of one role that a summary lists. */
export const SUMMARY_MAX = 1_000;

const Flag = (description: string) => Type.Boolean({ description });
const ROLE_FIELDS = {
  role: TeamRoleName,
  can_assign_to_peers: Flag(
    "The agent may give work to agents that are not supervisors, if allow_peer_assignment is on.",
  ),
  can_escalate_to_supervisor: Flag("The agent may escalate its work to a supervisor."),
  reports_to: Nullable(
    Type.String({ ...Id, description: "The supervisor of the agent, who receives its escalated work." }),
  ),
};

/** The columns of a role that callers give. */
export const GivenRoleOfAgent = Fields({ agent_id: Id, ...ROLE_FIELDS });
export type GivenRoleOfAgent = Static<typeof GivenRoleOfAgent>;
export const RoleOfAgent = Fields({ ...GivenRoleOfAgent.properties, created_at: Time, updated_at: Time });
export type RoleOfAgent = Static<typeof RoleOfAgent>;
export const RolePage = Page(RoleOfAgent);

export const Confirm = Type.Optional(
  Type.Boolean({ description: "Change the role although agents report to this agent or work escalates to it." }),
);

export const RoleChange = Fields({ agent_id: Id, ...Type.Partial(Fields(ROLE_FIELDS)).properties, confirm: Confirm });
export type RoleChange = Static<typeof RoleChange>;

/** The highest value of `agent_priority_max`. */
const AGENT_PRIORITY_MAX_MAX = 1_000_000;

const RULES = {
  allow_peer_assignment: Flag("Agents may give work to agents that are not supervisors."),
  require_supervisor_for_tasks: Flag("Agents may give each other work only if their roles and these rules allow this."),
  default_supervisor_agent_id: Nullable(
    Type.String({ ...Id, description: "Receives the escalated work of agents that have no supervisor." }),
  ),
  agents_create_roots: Flag("Agents may create tasks without a parent. Such a task never has a budget."),
  agent_priority_max: Type.Integer({
    minimum: 0,
    maximum: AGENT_PRIORITY_MAX_MAX,
    description: "The highest priority that agents may give to tasks. People may use any.",
  }),
};
export const TeamRules = Fields(RULES);
export type TeamRules = Static<typeof TeamRules>;
export const RuleChanges = Fields(Type.Partial(TeamRules).properties);

const Unassigned = Fields({ id: Id, name: Type.String() });
export type Unassigned = Static<typeof Unassigned>;
export const Summary = Fields({
  supervisors: Type.Array(RoleOfAgent),
  workers: Type.Array(RoleOfAgent),
  specialists: Type.Array(RoleOfAgent),
  unassigned_agents: Type.Array(Unassigned, { description: "Active agents without a role." }),
  rules: TeamRules,
  is_complete: Type.Boolean({ description: `False when there are more than ${SUMMARY_MAX} of one kind.` }),
});

/** The agents, rules and tasks that depend on a supervisor. */
export const Stranded = Fields({
  reports: Type.Array(Id),
  is_default_supervisor: Type.Boolean(),
  open_escalations: Type.Integer({ minimum: 0 }),
});
export type Stranded = Static<typeof Stranded>;
