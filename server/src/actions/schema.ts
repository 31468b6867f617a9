/** The shapes of actions in the database and on the wire. */
import Type, { type Static } from "typebox";
import { columnsOf } from "../kernel/db/columns.ts";
import {
  Defaulted,
  Fields,
  Id,
  JsonObject,
  Literals,
  Nullable,
  Page,
  Reason,
  TEXT_LIMITS,
  Text,
  Time,
  USD_MAX,
} from "../kernel/schema.ts";

/** The same bounds as those of tasks that wait for people: a minute to a week. */
const EXPIRES_SECONDS = { min: 60, max: 604_800, default: 86_400 } as const;
/** The attempts that an action shows. */
export const ATTEMPTS_SHOWN = 20;
export const DECISIONS_MAX = 100;
/** The characters of an error that an action keeps. */
export const ERROR_LENGTH_MAX = 500;
/** The actions of one workspace that may wait for a decision. */
export const PENDING_MAX = 1_000;
/** Those of one agent. */
export const PENDING_OF_AGENT_MAX = 200;

export const ActionTypeName = Text(200);
export const ServiceName = Text(50);

const ACTION_STATUSES = [
  "pending",
  "approved",
  "executing",
  "awaiting_verification",
  "in_doubt",
  "executed",
  "failed",
  "rejected",
  "expired",
  "canceled",
] as const;
export const ActionStatus = Literals(ACTION_STATUSES, {
  title: "ActionStatus",
  description:
    "approved: it waits for its next attempt. in_doubt: something may have been sent, and a look-up or a person says what " +
    "happened. awaiting_verification: the other side wants an answer first. expired: nobody decided in time.",
});
export type ActionStatus = Static<typeof ActionStatus>;

export const NewAction = Fields({
  action_type: ActionTypeName,
  service_type: ServiceName,
  payload: Type.Unsafe<Record<string, unknown>>({
    ...JsonObject,
    description: "What is sent. actions.get_types has its shape.",
  }),
  connection_id: Type.Optional(Type.String({ ...Id, description: "Required when several connections fit." })),
  task_id: Type.Optional(Type.String({ ...Id, description: "The task for which you propose it." })),
  holds_task: Defaulted(
    Type.Boolean({
      description: "Blocks the task, which you run, until the action ends. Then the task is queued for you again.",
    }),
    false,
  ),
  reasoning: Type.Optional(Text(TEXT_LIMITS.text)),
  confidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1, description: "Your own claim." })),
  expires_in_seconds: Defaulted(
    Type.Integer({ minimum: EXPIRES_SECONDS.min, maximum: EXPIRES_SECONDS.max }),
    EXPIRES_SECONDS.default,
  ),
  amount_usd: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: USD_MAX,
      description: "The money that the action spends, in US dollars. It counts against your caps from the approval on.",
    }),
  ),
});

const Receipt = Fields(
  {
    attempt: Type.Integer(),
    started_at: Time,
    finished_at: Time,
    request_id: Type.String({ description: "The idempotency key that was sent." }),
    response_status: Nullable(Type.Integer()),
    external_id: Nullable(Type.String()),
    external_url: Nullable(Type.String()),
  },
  { title: "ActionReceipt" },
);
export type Receipt = Static<typeof Receipt>;

const ENDS = ["executed", "failed", "again", "in_doubt", "awaiting_verification", "lost"] as const;
const LoggedAttempt = Fields(
  {
    attempt: Type.Integer(),
    started_at: Time,
    finished_at: Nullable(Time),
    request_id: Type.String(),
    end: Nullable(
      Literals(ENDS, {
        title: "AttemptEnd",
        description: "Null while it runs. again: it is tried again. lost: the server that made it ended.",
      }),
    ),
    response_status: Nullable(Type.Integer()),
    start: Nullable(Type.String({ description: "The first 1 KiB of the answer." })),
    error: Nullable(Type.String()),
    next_attempt_at: Nullable(Time),
  },
  { title: "ActionAttempt" },
);
export type LoggedAttempt = Static<typeof LoggedAttempt>;

const COMMON = {
  id: Id,
  agent_id: Id,
  action_type: Type.String(),
  service_type: Type.String(),
  connection_id: Nullable(Id),
  task_id: Nullable(Id),
  holds_task: Type.Boolean(),
  payload: JsonObject,
  payload_hash: Type.String({ description: "sha256: and the lower-case hash of the canonical JSON of the payload." }),
  proposed_payload: Nullable(
    Type.Unsafe<Record<string, unknown>>({
      ...JsonObject,
      description: "What the agent proposed, when a person changed it.",
    }),
  ),
  reasoning: Nullable(Type.String()),
  confidence: Nullable(Type.Number()),
  status: ActionStatus,
  rule_id: Nullable(Type.String({ ...Id, description: "The standing rule that decided." })),
  bypass_id: Nullable(Type.String({ ...Id, description: "The bypass that approved it." })),
  decided_by: Nullable(Type.String({ ...Id, description: "The person who decided. Null for a rule or a bypass." })),
  decided_at: Nullable(Time),
  decision_reason: Nullable(Type.String()),
  attempts: Type.Integer(),
  result: Nullable(JsonObject),
  receipt: Nullable(Receipt),
  error_message: Nullable(Type.String()),
  held_since: Nullable(
    Type.String({
      ...Time,
      description: "A stop holds it since then: it is neither decided nor sent, and its time does not pass.",
    }),
  ),
  expires_at: Time,
  executed_at: Nullable(Time),
  created_at: Time,
};
const SHOWN = {
  ...COMMON,
  amount_usd: Nullable(Type.Number()),
  next_attempt_at: Nullable(Type.String({ ...Time, description: "Of an approved action." })),
};
export const Action = Fields(SHOWN, { title: "AgentAction" });
export type Action = Static<typeof Action>;
export const ActionDetail = Fields(
  { ...SHOWN, attempt_log: Type.Array(LoggedAttempt, { description: `The last ${ATTEMPTS_SHOWN} attempts.` }) },
  { title: "AgentActionDetail" },
);
export type ActionDetail = Static<typeof ActionDetail>;
export const ActionPage = Page(Action);

const ActionColumns = Fields({
  ...COMMON,
  key_id: Nullable(Id),
  root_task_id: Nullable(Id),
  amount_nanos: Nullable(Type.BigInt()),
  is_confirmed: Type.Boolean(),
  approved_target: Nullable(Type.String()),
  tries: Type.Integer(),
  retries: Type.Integer(),
  attempt_log: Type.Array(LoggedAttempt),
  due_at: Nullable(Time),
  lookups: Type.Integer(),
  repeats_safely: Type.Boolean(),
  finished_at: Nullable(Time),
});
export type ActionRow = Static<typeof ActionColumns>;
export const ACTION_COLUMNS = columnsOf(ActionColumns);
export const COMMON_COLUMNS = columnsOf(Fields(COMMON));

const PayloadHash = Type.String({
  pattern: "^sha256:[0-9a-f]{64}$",
  maxLength: 71,
  description: "The payload that you saw. Another one is refused with payload_changed.",
});
export const Confirm = Defaulted(Type.Boolean({ description: "Also when the agent is paused or archived." }), false);
export const Approval = Fields({
  id: Id,
  payload_hash: Type.Optional(PayloadHash),
  payload: Type.Optional(
    Type.Unsafe<Record<string, unknown>>({ ...JsonObject, description: "Sent in place of the proposed payload." }),
  ),
  reason: Type.Optional(Reason),
  confirm: Confirm,
});
export const Decisions = Fields({
  items: Type.Array(
    Fields({
      id: Id,
      decision: Literals(["approve", "reject"], { title: "ActionDecision" }),
      payload_hash: Type.Optional(PayloadHash),
      reason: Type.Optional(Reason),
    }),
    { minItems: 1, maxItems: DECISIONS_MAX },
  ),
});
export const Decided = Fields({
  items: Type.Array(
    Fields({
      id: Id,
      status: Type.Optional(ActionStatus),
      problem: Type.Optional(
        Type.Unsafe<{ code: string; detail: string }>({
          type: "object",
          properties: { code: { type: "string" }, detail: { type: "string" } },
          required: ["code", "detail"],
          title: "DecisionProblem",
        }),
      ),
    }),
  ),
});
