/** The facts of tasks: the events of a task, and the facts for governance. */
import Type, { type Static, type TSchema } from "typebox";
import { PARK_CODES } from "../gate/schema.ts";
import { type Fact, factType } from "../kernel/facts/fact.ts";
import type { Wakes } from "../kernel/operation.ts";
import { Fields, Id, Json, JsonObject, Literals, Nullable, Time } from "../kernel/schema.ts";
import { TeamRoleName } from "../team/schema.ts";
import { ActionEnd, BlockedReason, UNBLOCK_CAUSES } from "./question-schema.ts";
import { assigneeOf } from "./rules.ts";
import { LATE_STEPS, type ReportedType, STATUSES, type TaskRow } from "./schema.ts";
import { UNDO_STEPS } from "./undo-schema.ts";

interface Subject {
  id: string;
  assigned_to_agent_id: string;
  /** Equals the assignee while the task waits for an agent of its pool. */
  pool_id: string | null;
}

function event<const N extends string, const D extends TSchema>(name: N, meaning: string, data: D) {
  return factType({ type: `task.${name}`, subject: "task", meaning, data });
}

const previous_status = Literals(STATUSES);
const attempt = Type.Integer();
const fence = Type.Integer();
const reason = Nullable(Type.String());
const output_summary = Type.Optional(Type.String({ description: "The beginning of the output." }));

const EVENTS = {
  created: event(
    "created",
    "A task was created.",
    Fields({
      title: Type.String(),
      assigned_to_agent_id: Nullable(Id),
      assigned_role: Type.Optional(TeamRoleName),
      assigned_tags: Type.Optional(Type.Array(Type.String())),
      parent_task_id: Nullable(Id),
      retry_of: Type.Optional(Type.String({ ...Id, description: "The task that the new task retries." })),
    }),
  ),
  assigned: event(
    "assigned",
    "A task was assigned to another agent.",
    Fields({ from_agent_id: Nullable(Id), to_agent_id: Id, previous_status, reason }),
  ),
  started: event(
    "started",
    "An attempt at a task began.",
    Fields({
      previous_status,
      attempt,
      fence,
      lease_expires_at: Nullable(Time),
      would_have_blocked: Type.Optional(
        Type.Array(Id, { description: "The risk policies in shadow mode that would have refused the start." }),
      ),
    }),
  ),
  progress: event("progress", "The holder of a task reported progress.", JsonObject),
  tool_call: event("tool_call", "The holder of a task reported that it called a tool.", JsonObject),
  tool_result: event("tool_result", "The holder of a task reported the result of a tool.", JsonObject),
  completed: event(
    "completed",
    "A task was completed.",
    Fields({
      previous_status,
      attempt,
      output_summary,
      detached: Type.Optional(Type.Boolean({ description: "The open children continue without the task." })),
    }),
  ),
  failed: event(
    "failed",
    "A task failed and is not attempted again.",
    Fields({
      previous_status: Type.Optional(previous_status),
      attempt,
      reason: Type.String({
        description:
          "`lease_expired` when the lease of the last attempt ended; `unseen_attempts` when its holder gave no sign " +
          "before, as in nine earlier attempts.",
      }),
      output_summary,
    }),
  ),
  escalated: event(
    "escalated",
    "A task was escalated to a supervisor, or to people when to_agent_id is null.",
    Fields({
      from_agent_id: Nullable(Id),
      to_agent_id: Nullable(Id),
      previous_status,
      reason: Type.String(),
      escalates_at: Nullable(Time),
    }),
  ),
  blocked: event(
    "blocked",
    "A task was blocked by its holder, or its start was refused.",
    Fields({
      previous_status,
      ...BlockedReason.properties,
      by: Type.Optional(Type.String({ description: "The kind of caller whose start was refused." })),
      headroom: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), { description: "The cap that refused a start, as it stood then." }),
      ),
    }),
  ),
  unblocked: event(
    "unblocked",
    "The cause that blocked a task is gone, and the task is queued again.",
    Fields({ cause: Type.String({ description: UNBLOCK_CAUSES }), ...ActionEnd }),
  ),
  answered: event(
    "answered",
    "The question of a blocked task was answered, and the task is queued again. The message has the text.",
    Fields({ previous_status, message_id: Id }),
  ),
  undone: event(
    "undone",
    "The caller of the last step took it back, and the task has the state before it.",
    Fields({ step: Literals(UNDO_STEPS), previous_status, status: previous_status }),
  ),
  canceled: event("canceled", "A task was canceled.", Fields({ previous_status, reason })),
  lease_expired: event(
    "lease_expired",
    "The lease of an attempt ended, and its holder lost the task.",
    Fields({ attempt, fence, agent_id: Nullable(Id), available_at: Time }),
  ),
  late_result: event(
    "late_result",
    "An agent sent a result for a task that it had lost. The result is kept and not applied.",
    Fields({ step: Literals(LATE_STEPS), fence, output: Json, reason }),
  ),
  late_accepted: event(
    "late_accepted",
    "A late result was accepted, and the task is completed with it.",
    Fields({ previous_status, attempt, event_id: Id, output_summary }),
  ),
  released: event(
    "released",
    "The holder of a task returned it to the queue, or its lease ended after a stop.",
    Fields({
      previous_status,
      attempt,
      fence: Type.Optional(
        Type.Integer({ description: "After a stop: the fence of the holder, which may still end the task." }),
      ),
      reason,
    }),
  ),
  children_done: event(
    "children_done",
    "The last open child of a task ended. The data counts the ended children.",
    Fields({ completed: Type.Integer(), failed: Type.Integer(), canceled: Type.Integer() }),
  ),
  dependency_failed: event(
    "dependency_failed",
    "A task waits for tasks that failed or were canceled.",
    Fields({ dependency_ids: Type.Array(Id) }),
  ),
  dependencies_changed: event(
    "dependencies_changed",
    "A task no longer waits for some tasks, or waits for others.",
    Fields({ dropped: Type.Array(Id), added: Type.Array(Id) }),
  ),
  retried: event(
    "retried",
    "An attempt at a task failed, and the task is queued for another attempt.",
    Fields({
      previous_status,
      attempt,
      reason: Type.String(),
      output_summary,
      available_at: Time,
      code: Type.Optional(
        Literals(PARK_CODES, { description: "The model provider refused the agent. The attempt is not counted." }),
      ),
    }),
  ),
  overdue: event("overdue", "The due time of a task passed.", Fields({ due_at: Nullable(Time) })),
};

type Events = typeof EVENTS;
export type EventType = keyof Events;
// The keys of EVENTS are the types.
export const EVENT_TYPES = Object.keys(EVENTS) as EventType[];

/** Creates an event that a step writes. */
export function taskFact<E extends Exclude<EventType, ReportedType>>(
  task: Subject,
  name: E,
  data: Static<Events[E]["data"]>,
): Fact {
  // The compiler cannot see that the data has the type that belongs to the name.
  const make = EVENTS[name] as unknown as (id: string, data: unknown, about: object) => Fact;
  return make(task.id, data, { agent_id: assigneeOf(task) });
}

export function createdFact(
  task: Subject &
    Pick<TaskRow, "title" | "parent_task_id" | "retry_of"> &
    Partial<Pick<TaskRow, "assigned_role" | "assigned_tags">>,
): Fact {
  const { title, parent_task_id, retry_of, assigned_role, assigned_tags } = task;
  return taskFact(task, "created", {
    title,
    assigned_to_agent_id: assigneeOf(task),
    ...(assigned_role && { assigned_role }),
    ...(assigned_tags && { assigned_tags }),
    parent_task_id,
    ...(retry_of !== null && { retry_of }),
  });
}

/** Creates an event that the holder reports, with the id when the answer contains it. The database refuses other types. */
export function reportedFact(task: Subject, name: ReportedType, data: Record<string, unknown>, id?: string): Fact {
  return EVENTS[name](task.id, data, {
    agent_id: assigneeOf(task),
    is_reported: true,
    ...(id !== undefined && { id }),
  });
}

/** The `details` that `GET /api/governance/audit` returns. */
const Handover = Fields({ task_id: Id, from_agent_id: Nullable(Id), to_agent_id: Nullable(Id), reason });

function governance<const N extends string>(name: N, meaning: string) {
  return factType({ type: `governance.${name}`, subject: "task", meaning, data: Handover });
}

const GOVERNANCE = {
  task_blocked: governance("task_blocked", "Governance notes that a task was blocked."),
  task_reassigned: governance("task_reassigned", "Governance notes that a task was assigned to another agent."),
  task_escalated: governance("task_escalated", "Governance notes that a task was escalated."),
};

export function governanceFact(
  event: keyof typeof GOVERNANCE,
  task: Subject,
  { to = null, reason = null }: { to?: string | null; reason?: string | null },
): Fact {
  const data = { task_id: task.id, from_agent_id: assigneeOf(task), to_agent_id: to, reason };
  return GOVERNANCE[event](task.id, data, { agent_id: to ?? assigneeOf(task) });
}

const refused = {
  code: Type.String(),
  reason: Type.String(),
  count: Type.Integer({ description: "The refused claims of one server process between the two times." }),
  from: Time,
  to: Time,
};
export const RefusedStart = Fields({ agent_id: Id, ...refused });

export const startsRefused = factType({
  type: "agent.starts_refused",
  subject: "agent",
  meaning:
    "An agent claimed work and got none, because a limit forbids its starts. One fact has the claims of a minute.",
  data: Fields(refused),
});

export const TASK_FACTS = [...valuesOf(EVENTS), ...valuesOf(GOVERNANCE), startsRefused] as const;

/** The values of a record with their own types. */
function valuesOf<R extends object>(record: R): R[keyof R][] {
  return Object.values(record);
}

/** Facts after which no agent can take more tasks than before. */
const NO_WORK = new Set<string>([
  ...(["started", "progress", "tool_call", "tool_result"] as const).map(eventFact),
  startsRefused.type,
]);

function eventFact(event: EventType): string {
  return `task.${event}`;
}

/** Returns the agents that may take more tasks after a fact. The end of a task gives room, and lets dependents start. */
export function workBy({ type, agent_id }: Fact): Wakes {
  if (type.startsWith("message.") || NO_WORK.has(type)) return { owners: [], others: false };
  return { owners: agent_id ? [agent_id] : [], others: type !== eventFact("created") || !agent_id };
}

/** The event repeats this number of characters of a result. The task has the whole result. */
const SUMMARY_LENGTH_MAX = 500;

/** Returns the beginning of an output, for an event. */
export function summaryOf(output: unknown): { output_summary?: string } {
  if (output === undefined || output === null) return {};
  const text = typeof output === "string" ? output : JSON.stringify(output);
  // The cut must not leave half of a surrogate pair.
  const short = text.length > SUMMARY_LENGTH_MAX ? text.slice(0, SUMMARY_LENGTH_MAX).toWellFormed() : text;
  return { output_summary: short };
}
