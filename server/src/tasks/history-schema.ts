/** The shapes of what happened since a time: the attempts of each agent, and failures by their cause. */
import Type, { type Static } from "typebox";
import { Fields, Id, Literals, Nullable, Time } from "../kernel/schema.ts";
import { ITEM_MORE } from "./item-schema.ts";

/** Of each kind of event, only this many of the newest are read. */
export const EVENTS_READ_MAX = 1_000;
export const RUNNING_READ_MAX = 1_000;
export const CAUSES_SHOWN_MAX = 50;
export const CAUSE_TASKS_MAX = 20;
export const CAUSE_REASON_LENGTH_MAX = 300;
/** The parts of the time in which a cause is counted. */
export const CAUSE_PARTS = 12;

const ENDS = ["running", "completed", "failed", "canceled", "blocked", "lost", "returned"] as const;
export type AttemptEnd = (typeof ENDS)[number];

const KnownFrom = Nullable(
  Type.String({
    ...Time,
    description: "Events before this time are missing, because there are too many. Null when none is missing.",
  }),
);

const PastAttempt = Fields({
  task_id: Id,
  title: Type.String(),
  from: Type.String({ ...Time, description: "Its start, or the start of the range." }),
  to: Nullable(Time),
  end: Literals(ENDS, {
    description:
      "lost: its lease ended. returned: it was released, assigned or escalated, or failed and will be repeated.",
  }),
});
export type PastAttempt = Static<typeof PastAttempt>;

const Escalation = Fields({ task_id: Id, title: Type.String(), at: Time });

const AgentAttempts = Fields({
  agent_id: Id,
  attempts: Type.Array(PastAttempt),
  escalations: Type.Array(Escalation),
});
export type AgentAttempts = Static<typeof AgentAttempts>;
export const AttemptList = Fields({ from: Time, to: Time, known_from: KnownFrom, items: Type.Array(AgentAttempts) });

const FailedTask = Fields({
  task_id: Id,
  title: Type.String(),
  agent_id: Nullable(Id),
  at: Time,
  retried_by_task_id: ITEM_MORE.retried_by_task_id,
});

const FailureCause = Fields({
  reason: Type.String({
    description: "The newest reason of the cause. Reasons that differ in numbers or ids are one cause.",
  }),
  count: Type.Integer(),
  by_time: Type.Array(Type.Integer(), {
    description: `Counts in ${CAUSE_PARTS} equal parts of the range, oldest first.`,
  }),
  newest_at: Time,
  tasks: Type.Array(FailedTask, { description: `The newest ${CAUSE_TASKS_MAX} failed tasks, newest first.` }),
});
export type FailureCause = Static<typeof FailureCause>;
export const FailureList = Fields({
  from: Time,
  to: Time,
  known_from: KnownFrom,
  total: Type.Integer(),
  items: Type.Array(FailureCause),
});
