/** The shapes of standing rules, suggestions and bypasses. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import { Defaulted, Fields, Id, JsonObject, Literals, Nullable, Reason, Time } from "../kernel/schema.ts";
import { ActionTypeName, ServiceName } from "./schema.ts";

export const RULES_MAX = 200;
export const BYPASSES_MAX = 20;
const MINUTES = { default: 60, max: 480 } as const;
const USES_MAX = 10_000;

const Decision = Literals(["approve", "reject"], {
  title: "RuleDecision",
  description: "Of several rules that fit, a reject wins.",
});
const PayloadSchema = Type.Unsafe<Record<string, unknown>>({
  ...JsonObject,
  description:
    "A JSON schema that the payload must match, of type, const, enum, properties, required, additionalProperties, items, " +
    "minimum, maximum, minLength, maxLength, minItems, maxItems and pattern. A pattern is plain text with ^, $ and, after ^, one .*",
});
const MaxPerDay = Type.Integer({
  minimum: 1,
  maximum: USES_MAX,
  description: "The uses of a day (UTC). Required for approve.",
});

export const NewRule = Fields({
  action_type: ActionTypeName,
  service_type: ServiceName,
  agent_id: Type.Optional(Type.String({ ...Id, description: "Without it, the rule is for all agents." })),
  connection_id: Type.Optional(
    Type.String({
      ...Id,
      description:
        "Without it, the rule is for all connections. An approval for http or mcp is for one connection: name it when several fit.",
    }),
  ),
  payload_schema: Type.Optional(PayloadSchema),
  decision: Decision,
  max_per_day: Type.Optional(MaxPerDay),
  expires_at: Type.String({ ...Time, description: "At most 90 days from now." }),
});

const RULE = {
  id: Id,
  action_type: Type.String(),
  service_type: Type.String(),
  agent_id: Nullable(Id),
  connection_id: Nullable(Id),
  payload_schema: Nullable(PayloadSchema),
  decision: Decision,
  max_per_day: Nullable(Type.Integer()),
  uses: Type.Integer(),
  last_used_at: Nullable(Time),
  created_by: Id,
  created_at: Time,
  expires_at: Time,
};
export const Rule = Fields({ ...RULE, used_today: Type.Integer() }, { title: "ActionRule" });
export type Rule = Static<typeof Rule>;
const RuleColumns = Fields({
  ...RULE,
  used_on: Nullable(Type.String({ format: "date" })),
  used_today: Type.Integer(),
  ended_at: Nullable(Time),
  ended_by: Nullable(Id),
});
export type RuleRow = Static<typeof RuleColumns>;
export const RULE_COLUMNS = columnsOf(RuleColumns);

const Suggestion = Fields(
  {
    action_type: Type.String(),
    service_type: Type.String(),
    agent_id: Id,
    connection_id: Nullable(Id),
    payload_schema: PayloadSchema,
    decision: Decision,
    max_per_day: Type.Integer(),
    approvals: Type.Integer({ description: "The approvals of people in the last 30 days." }),
    last_action_id: Id,
  },
  { title: "RuleSuggestion" },
);
export type Suggestion = Static<typeof Suggestion>;
export const RuleList = Fields({
  items: Type.Array(Rule),
  suggestions: Type.Array(Suggestion, {
    description: "Drafts from equal approvals. None has an effect before a person creates it as a rule.",
  }),
});

export const NewBypass = Fields({
  agent_id: Type.Optional(Type.String({ ...Id, description: "Without it, the bypass is for all agents." })),
  minutes: Defaulted(Type.Integer({ minimum: 1, maximum: MINUTES.max }), MINUTES.default),
  reason: Reason,
});
const BYPASS = {
  id: Id,
  agent_id: Nullable(Id),
  reason: Type.String(),
  uses: Type.Integer({ description: "The actions that it approved." }),
  started_by: Id,
  started_at: Time,
  ends_at: Time,
  ended_at: Nullable(Time),
  ended_by: Nullable(Type.String({ ...Id, description: "Null when its time was over." })),
};
export const Bypass = Fields({ ...BYPASS, active: Type.Boolean() }, { title: "ActionBypass" });
export type Bypass = Static<typeof Bypass>;
export const BypassList = Fields({ items: Type.Array(Bypass) });
const BypassColumns = Fields(BYPASS);
export type BypassRow = Static<typeof BypassColumns>;
export const BYPASS_COLUMNS = columnsOf(BypassColumns);
