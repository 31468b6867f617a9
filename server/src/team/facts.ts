/** Facts of the hierarchy among agents. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Nullable } from "../kernel/schema.ts";
import { RoleOfAgent, TeamRules } from "./schema.ts";

const { role, can_assign_to_peers, can_escalate_to_supervisor, reports_to } = RoleOfAgent.properties;

/** Of the agents that reported to the one that is no supervisor any more. */
const MOVED = {
  moved_reports: Type.Optional(Type.Array(Id)),
  now_report_to: Type.Optional(Nullable(Id)),
};

export const roleSet = factType({
  type: "role.set",
  subject: "agent",
  meaning: "An agent got its role in the team, or another one.",
  data: Fields({
    role,
    can_assign_to_peers,
    can_escalate_to_supervisor,
    reports_to,
    from: Nullable(role),
    ...MOVED,
  }),
});

export const roleRemoved = factType({
  type: "role.removed",
  subject: "agent",
  meaning: "An agent lost its role in the team.",
  data: Fields({ role, ...MOVED }),
});

export const rulesChanged = factType({
  type: "rules.changed",
  subject: "workspace",
  meaning: "The rules by which agents give each other work changed.",
  data: Fields({ from: TeamRules, to: TeamRules }),
});

export const TEAM_FACTS = [roleSet, roleRemoved, rulesChanged] as const;
