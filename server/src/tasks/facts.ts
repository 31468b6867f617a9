/** What a step leaves in the log: the task's event, and what governance reads. Telemetry is read from the events. */
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
