/** The facts of actions, standing rules and bypasses. Payloads stay in the action; a fact has their hash. */
import Type from "typebox";
import { type Fact, factType } from "../kernel/facts/fact.ts";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import type { RuleRow } from "./rule-schema.ts";
import type { ActionRow } from "./schema.ts";

const subject = "action";
const reason = Nullable(Type.String());
const WHAT = {
  action_type: Type.String(),
  service_type: Type.String(),
  connection_id: Nullable(Id),
  task_id: Nullable(Id),
  payload_hash: Type.String(),
};
const BY = { rule_id: Nullable(Id), bypass_id: Nullable(Id), decided_by: Nullable(Id) };
const RESULT = {
  ...WHAT,
  attempts: Type.Integer(),
  response_status: Nullable(Type.Integer()),
  external_id: Nullable(Type.String()),
  external_url: Nullable(Type.String()),
};
const resolved = {
  resolved_by: Type.Optional(Type.String({ ...Id, description: "The person who said what happened." })),
  reason: Type.Optional(Type.String()),
};

export const actionProposed = factType({
  type: "action.proposed",
  subject,
  meaning: "An agent proposed an action.",
  data: Fields({
    ...WHAT,
    holds_task: Type.Boolean(),
    amount_usd: Nullable(Type.Number()),
    expires_at: Time,
    is_decided: Type.Optional(Type.Boolean({ description: "A standing rule or a bypass decided at once." })),
  }),
});
export const actionApproved = factType({
  type: "action.approved",
  subject,
  meaning: "An action was approved, by a person, a standing rule or a bypass.",
  data: Fields({
    ...WHAT,
    ...BY,
    reason,
    is_changed: Type.Boolean({ description: "The person changed the payload." }),
    is_own: Type.Boolean({ description: "The person stands behind the key of the agent." }),
  }),
});
export const actionRejected = factType({
  type: "action.rejected",
  subject,
  meaning: "An action was rejected, by a person or a standing rule.",
  data: Fields({ ...WHAT, ...BY, reason }),
});
export const actionCanceled = factType({
  type: "action.canceled",
  subject,
  meaning: "The agent that proposed an action canceled it.",
  data: Fields(WHAT),
});
export const actionExpired = factType({
  type: "action.expired",
  subject,
  meaning: "Nobody decided about an action in time.",
  data: Fields({ ...WHAT, expires_at: Time }),
});
export const actionExecuted = factType({
  type: "action.executed",
  subject,
  meaning: "The service accepted an action.",
  data: Fields({ ...RESULT, ...resolved }),
});
export const actionFailed = factType({
  type: "action.failed",
  subject,
  meaning: "An action has failed, and is not tried again by itself.",
  data: Fields({ ...RESULT, ...resolved, error: Type.String() }),
});
export const actionInDoubt = factType({
  type: "action.in_doubt",
  subject,
  meaning: "An action may have been sent, and no complete answer was read.",
  data: Fields({ ...RESULT, error: Type.String() }),
});
export const actionAwaitingVerification = factType({
  type: "action.awaiting_verification",
  subject,
  meaning: "The service wants the answer to a challenge before it accepts an action.",
  data: Fields({ ...RESULT, expires_at: Time }),
});
export const actionRetried = factType({
  type: "action.retried",
  subject,
  meaning: "A person let a failed action be sent again, under another key.",
  data: Fields({ ...WHAT, retries: Type.Integer() }),
});

const RULE = {
  action_type: Type.String(),
  service_type: Type.String(),
  decision: Literals(["approve", "reject"]),
  max_per_day: Nullable(Type.Integer()),
  expires_at: Time,
};
export const ruleCreated = factType({
  type: "rule.created",
  subject: "action_rule",
  meaning: "A person made a standing rule for actions.",
  data: Fields(RULE),
});
export const ruleDeleted = factType({
  type: "rule.deleted",
  subject: "action_rule",
  meaning: "A standing rule ended: a person deleted it, or the type of the action or the connection changed.",
  data: Fields({
    ...RULE,
    uses: Type.Integer(),
    cause: Literals(["person", "type_changed", "connection_changed"], { title: "RuleEndCause" }),
  }),
});
export const bypassStarted = factType({
  type: "bypass.started",
  subject: "bypass",
  meaning: "A person let actions be approved without a decision for some time.",
  data: Fields({ reason: Type.String(), minutes: Type.Integer(), ends_at: Time }),
});
export const bypassEnded = factType({
  type: "bypass.ended",
  subject: "bypass",
  meaning: "A bypass ended: a person ended it, or its time was over.",
  data: Fields({ ended_by: Nullable(Id), uses: Type.Integer(), ends_at: Time }),
});

export const ACTION_FACTS = [
  actionProposed,
  actionApproved,
  actionRejected,
  actionCanceled,
  actionExpired,
  actionExecuted,
  actionFailed,
  actionInDoubt,
  actionAwaitingVerification,
  actionRetried,
  ruleCreated,
  ruleDeleted,
  bypassStarted,
  bypassEnded,
] as const;

export function whatOf({ action_type, service_type, connection_id, task_id, payload_hash }: ActionRow) {
  return { action_type, service_type, connection_id, task_id, payload_hash };
}

export const about = ({ agent_id }: Pick<ActionRow, "agent_id">) => ({ agent_id });

function resultOf(action: ActionRow) {
  const { response_status = null, external_id = null, external_url = null } = action.receipt ?? {};
  return { ...whatOf(action), attempts: action.attempts, response_status, external_id, external_url };
}

/** The answer of a person about an action in doubt. */
export interface Resolution {
  resolved_by: string;
  reason: string;
}

/** Returns the fact of the state that an action reached after its approval. */
export function stateFact(action: ActionRow, resolution?: Resolution): Fact {
  const data = { ...resultOf(action), ...resolution };
  const error = action.error_message ?? "";
  switch (action.status) {
    case "executed":
      return actionExecuted(action.id, data, about(action));
    case "failed":
      return actionFailed(action.id, { ...data, error }, about(action));
    case "in_doubt":
      return actionInDoubt(action.id, { ...resultOf(action), error }, about(action));
    case "awaiting_verification":
      return actionAwaitingVerification(
        action.id,
        { ...resultOf(action), expires_at: action.due_at ?? "" },
        about(action),
      );
    default:
      throw new Error(`${action.status} has no fact here.`);
  }
}

export function ruleData({ action_type, service_type, decision, max_per_day, expires_at }: RuleRow) {
  return { action_type, service_type, decision, max_per_day, expires_at };
}
