/** The shapes of the hierarchy among agents. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, Page, Time } from "../kernel/schema.ts";

export const TEAM_ROLES = ["supervisor", "worker", "specialist"] as const;
export type TeamRole = (typeof TEAM_ROLES)[number];
export const TeamRoleName = Literals(TEAM_ROLES, { title: "TeamRoleName" });

/** Agents of one kind that a summary lists. */
export const SUMMARY_MAX = 1_000;

const Flag = (description: string) => Type.Boolean({ description });
const STANDING = {
  role: TeamRoleName,
  can_assign_to_peers: Flag("May give work to agents that are no supervisors, where the rules allow peers to."),
  can_escalate_to_supervisor: Flag("May hand its work up to a supervisor."),
  reports_to: Nullable(Type.String({ ...Id, description: "The supervisor above it, to whom its work escalates." })),
};

export const RoleOfAgent = Fields({ agent_id: Id, ...STANDING, created_at: Time, updated_at: Time });
export type RoleOfAgent = Static<typeof RoleOfAgent>;
export const RolePage = Page(RoleOfAgent);

/** Whether to go on when others depend on what is taken away. */
export const Confirm = Type.Optional(
  Type.Boolean({ description: "Go on although agents report to it, or work escalates to it." }),
);

export const RoleChange = Fields({ agent_id: Id, ...Type.Partial(Fields(STANDING)).properties, confirm: Confirm });
export type RoleChange = Static<typeof RoleChange>;

/** Priorities that agents use; those of people have no such limit. */
const AGENT_PRIORITY_MAX_MAX = 1_000_000;

const RULES = {
  allow_peer_assignment: Flag("Agents may give work to agents that are no supervisors."),
  require_supervisor_for_tasks: Flag("Agents give work to each other only as their roles and these rules allow."),
  default_supervisor_agent_id: Nullable(
    Type.String({ ...Id, description: "Gets what is escalated by agents that report to nobody." }),
  ),
  agents_create_roots: Flag("Agents may create tasks that belong to no other task. Such a task never has a budget."),
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

/** What would be left hanging if an agent were no supervisor any more. */
export const Stranded = Fields({
  reports: Type.Array(Id),
  is_default_supervisor: Type.Boolean(),
  open_escalations: Type.Integer({ minimum: 0 }),
});
export type Stranded = Static<typeof Stranded>;
