/** Facts of risk policies and interventions. Those of one policy have one subject, so that receivers get them in order. */
import Type from "typebox";
import { factType } from "../kernel/facts/fact.ts";
import { Fields, Id, JsonObject, Literals, Nullable, Time } from "../kernel/schema.ts";
import { ActionType, PolicyType } from "./schema.ts";

const subject = "risk_policy";
const policy_type = PolicyType;
const usd = Type.Number();

export const policyCreated = factType({
  type: "policy.created",
  subject,
  meaning: "A risk policy was made.",
  data: Fields({
    policy_type,
    threshold_value: Type.Number(),
    action_type: ActionType,
    mode: Type.String(),
    agent_id: Nullable(Id),
    is_default: Type.Optional(
      Type.Boolean({
        description: "A loop breaker that the server keeps for every workspace fired for the first time.",
      }),
    ),
  }),
});

export const policyUpdated = factType({
  type: "policy.updated",
  subject,
  meaning: "A risk policy was changed.",
  data: Fields({
    policy_type,
    revision: Type.Integer(),
    changed_fields: Type.Array(Type.String()),
    before: JsonObject,
    after: JsonObject,
    reason: Nullable(Type.String()),
  }),
});

export const policyDeleted = factType({
  type: "policy.deleted",
  subject,
  meaning: "A risk policy was deleted. Its events are kept.",
  data: Fields({ policy_type, threshold_value: Type.Number(), agent_id: Nullable(Id) }),
});

export const policyToppedUp = factType({
  type: "policy.topped_up",
  subject,
  meaning: "A daily cap got an additional amount until a time.",
  data: Fields({ amount_usd: usd, until: Time, reason: Type.String() }),
});

export const riskWarned = factType({
  type: "risk.warned",
  subject,
  meaning: "The used amount of a daily cap reached 75 or 95 percent.",
  data: Fields({ percent: Type.Integer(), used_usd: usd, cap_usd: usd }),
});

export const riskBreached = factType({
  type: "risk.breached",
  subject,
  meaning: "A value passed the threshold of a risk policy.",
  data: Fields({
    event_id: Id,
    policy_type,
    breach_value: Type.Number(),
    threshold_value: Type.Number(),
    action_type: ActionType,
    shadow: Type.Boolean(),
    status: Type.Optional(
      Literals(["executed", "skipped"], { description: "Without an act: alert_only, or an act that was skipped." }),
    ),
    reason: Type.Optional(Type.String({ description: "Why the act was skipped." })),
    subject: Type.String(),
    message: Type.String(),
  }),
});

export const riskIntervened = factType({
  type: "risk.intervened",
  subject,
  meaning: "A risk policy acted on an agent.",
  data: Fields({ event_id: Id, action_type: ActionType, before: JsonObject, after: JsonObject }),
});

export const riskFailed = factType({
  type: "risk.failed",
  subject,
  meaning: "A risk policy could not act.",
  data: Fields({ event_id: Id, action_type: ActionType, reason: Type.String() }),
});

export const riskUndone = factType({
  type: "risk.undone",
  subject,
  meaning: "A person took back what a risk policy did.",
  data: Fields({ event_id: Id, action_type: ActionType, reason: Type.String(), before: JsonObject, after: JsonObject }),
});

export const RISK_FACTS = [
  policyCreated,
  policyUpdated,
  policyDeleted,
  policyToppedUp,
  riskWarned,
  riskBreached,
  riskIntervened,
  riskFailed,
  riskUndone,
] as const;
