/** What a step leaves in the log: the task's event, what governance reads, and the attempt's telemetry. */
import type { Tx } from "../kernel/db/db.ts";
import { hook } from "../kernel/hook.ts";
import type { Fact, Wakes } from "../kernel/operation.ts";
import type { EventType, ReportedType } from "./schema.ts";

interface Subject {
  id: string;
  assigned_to_agent_id: string;
}

/** An event that a step writes. */
export function taskFact(
  task: Subject,
  event: Exclude<EventType, ReportedType>,
  payload: Record<string, unknown> = {},
): Fact {
  return eventOf(task, event, payload);
}

/** An event in the words of whoever works on the task. The database refuses any other type under this mark. */
export function reportedFact(task: Subject, event: ReportedType, payload: Record<string, unknown>): Fact {
  return { ...eventOf(task, event, payload), is_reported: true };
}

function eventOf(task: Subject, event: EventType, payload: Record<string, unknown>): Fact {
  return {
    type: `task.${event}`,
    subject: { kind: "task", id: task.id },
    data: payload,
    agent_id: task.assigned_to_agent_id,
  };
}

export type GovernanceEvent = "task_blocked" | "task_reassigned" | "task_escalated";

/** `details` as `GET /api/governance/audit` shows them. */
export function governanceFact(
  event: GovernanceEvent,
  task: Subject,
  { to = null, reason = null }: { to?: string | null; reason?: string | null },
): Fact {
  return {
    type: `governance.${event}`,
    subject: { kind: "task", id: task.id },
    data: { task_id: task.id, from_agent_id: task.assigned_to_agent_id, to_agent_id: to, reason },
    agent_id: to ?? task.assigned_to_agent_id,
  };
}

/** One start, or one end, of an attempt at a task. */
export interface AttemptEvent {
  task_id: string;
  agent_id: string;
  event_type: "action_started" | "action_finished" | "error";
  status: "info" | "success" | "error";
  payload: Record<string, unknown>;
}

interface Attempted extends Subject {
  title: string;
  attempt: number;
}

function attemptPayload({ title, attempt }: Attempted) {
  return { source: "task", task_title: title, attempt };
}

export function attemptStarted(task: Attempted): AttemptEvent {
  return {
    task_id: task.id,
    agent_id: task.assigned_to_agent_id,
    event_type: "action_started",
    status: "info",
    payload: attemptPayload(task),
  };
}

export function attemptSucceeded(task: Attempted): AttemptEvent {
  return { ...attemptStarted(task), event_type: "action_finished", status: "success" };
}

export function attemptFailed(task: Attempted, reason: string): AttemptEvent {
  return {
    ...attemptStarted(task),
    event_type: "error",
    status: "error",
    payload: { ...attemptPayload(task), reason },
  };
}

/** `wiring.ts` fills it. */
export const taskHooks = {
  /** Stores the telemetry of attempts in the transaction of their step. */
  onAttempts: hook<[tx: Tx, events: readonly AttemptEvent[]], Promise<void>>("tasks.onAttempts"),
};

export async function recordAttempts(tx: Tx, events: readonly AttemptEvent[]): Promise<void> {
  if (events.length === 0) return;
  await taskHooks.onAttempts(tx, events);
}

/** Facts of tasks that give nobody work. */
const NO_WORK = new Set<string>((["started", "progress", "tool_call", "tool_result"] as const).map(eventFact));

function eventFact(event: EventType): string {
  return `task.${event}`;
}

/** Who may get work by it: a task for an agent, or one that ended, which leaves room and lets others begin. */
export function workBy({ type, agent_id }: Fact): Wakes {
  if (type.startsWith("message.") || NO_WORK.has(type)) return { owners: [], others: false };
  return { owners: agent_id ? [agent_id] : [], others: type !== eventFact("created") };
}
