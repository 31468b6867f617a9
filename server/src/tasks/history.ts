/** Attempts and causes from the events of tasks, oldest first. Pure. */
import type { RecentFact } from "../kernel/facts/recent.ts";
import {
  type AgentAttempts,
  type AttemptEnd,
  CAUSE_PARTS,
  CAUSE_REASON_LENGTH_MAX,
  CAUSE_TASKS_MAX,
  CAUSES_SHOWN_MAX,
  type FailureCause,
  type PastAttempt,
} from "./history-schema.ts";

/** The end of an attempt by the event that ends it. */
const ENDED_BY: Readonly<Record<string, AttemptEnd>> = {
  "task.completed": "completed",
  "task.failed": "failed",
  "task.canceled": "canceled",
  "task.blocked": "blocked",
  "task.lease_expired": "lost",
  "task.released": "returned",
  "task.retried": "returned",
  "task.assigned": "returned",
  "task.escalated": "returned",
};
const STARTED = "task.started";
const ESCALATED = "task.escalated";
export const ATTEMPT_TYPES = [STARTED, ...Object.keys(ENDED_BY)] as const;

export interface RunningTask {
  id: string;
  assigned_to_agent_id: string;
  attempt_started_at: string | null;
}

type Untitled = Omit<PastAttempt, "title">;
interface Lane {
  attempts: Untitled[];
  escalations: { task_id: string; at: string }[];
}

/** Returns the attempts of each agent. `from` stands for the start of an attempt that began earlier. */
export function attemptsByAgent(facts: readonly RecentFact[], running: readonly RunningTask[], from: string) {
  const lanes = new Map<string, Lane>();
  const laneOf = (agent: string) => {
    const lane = lanes.get(agent) ?? { attempts: [], escalations: [] };
    lanes.set(agent, lane);
    return lane;
  };
  const open = new Map<string, { agent: string; at: string }>();
  for (const fact of facts) {
    const { type, subject_id: task_id, created_at: at } = fact;
    const agent = holderOf(fact);
    if (type === STARTED) {
      if (agent !== null) open.set(task_id, { agent, at });
      continue;
    }
    const begun = open.get(task_id) ?? (agent !== null && endsAttempt(fact) ? { agent, at: from } : undefined);
    open.delete(task_id);
    const end = ENDED_BY[type] ?? "returned";
    if (begun) laneOf(begun.agent).attempts.push({ task_id, from: begun.at, to: at, end });
    if (type === ESCALATED && agent !== null) laneOf(agent).escalations.push({ task_id, at });
  }
  for (const task of running) {
    const { agent, at } = open.get(task.id) ?? beginOf(task, from);
    laneOf(agent).attempts.push({ task_id: task.id, from: at < from ? from : at, to: null, end: "running" });
  }
  return lanes;
}

function beginOf({ assigned_to_agent_id, attempt_started_at }: RunningTask, from: string) {
  return { agent: assigned_to_agent_id, at: attempt_started_at ?? from };
}

function holderOf({ data, agent_id }: RecentFact): string | null {
  const held = data.from_agent_id ?? data.agent_id;
  return typeof held === "string" ? held : agent_id;
}

/** An event without a known start ends an attempt when the task was running before. */
function endsAttempt({ type, data }: RecentFact): boolean {
  return type === "task.lease_expired" || data.previous_status === "running";
}

export function withTitles(lanes: ReadonlyMap<string, Lane>, titles: ReadonlyMap<string, string>): AgentAttempts[] {
  const titled = titledBy(titles);
  return [...lanes].map(([agent_id, { attempts, escalations }]) => ({
    agent_id,
    attempts: attempts.map(titled),
    escalations: escalations.map(titled),
  }));
}

/** Returns a function that adds the title of the task. */
export function titledBy(titles: ReadonlyMap<string, string>) {
  return <T extends { task_id: string }>(one: T) => ({ ...one, title: titles.get(one.task_id) ?? "" });
}

type Cause = Omit<FailureCause, "tasks"> & {
  tasks: Pick<FailureCause["tasks"][number], "task_id" | "agent_id" | "at">[];
};

interface Range {
  from: string;
  to: string;
}

/** Groups failures by their reason, the most frequent cause first. */
export function causesOf(failures: readonly RecentFact[], range: Range): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { subject_id: task_id, agent_id, data, created_at: at } of failures) {
    const reason = String(data.reason ?? "").slice(0, CAUSE_REASON_LENGTH_MAX);
    const cause = causes.get(causeKey(reason)) ?? noneOf(reason, at);
    causes.set(causeKey(reason), cause);
    cause.count += 1;
    cause.reason = reason;
    cause.newest_at = at;
    cause.tasks = [{ task_id, agent_id, at }, ...cause.tasks].slice(0, CAUSE_TASKS_MAX);
    const part = partOf(at, range);
    cause.by_time[part] = (cause.by_time[part] ?? 0) + 1;
  }
  return [...causes.values()].sort((a, b) => b.count - a.count).slice(0, CAUSES_SHOWN_MAX);
}

function noneOf(reason: string, newest_at: string): Cause {
  return { reason, count: 0, by_time: Array.from({ length: CAUSE_PARTS }, () => 0), newest_at, tasks: [] };
}

function partOf(at: string, { from, to }: Range): number {
  const share = (Date.parse(at) - Date.parse(from)) / (Date.parse(to) - Date.parse(from));
  return Math.min(CAUSE_PARTS - 1, Math.max(0, Math.floor(share * CAUSE_PARTS)));
}

/** Ids, numbers and quoted names differ between failures with one cause. */
const VARIABLE = /[0-9a-f]{8}-[0-9a-f-]{27}|\b(?=[0-9a-f]*\d)[0-9a-f]{7,}\b|"[^"]*"|“[^”]*”|\d+(?:[.,:]\d+)*/gi;

export function causeKey(reason: string): string {
  return reason.replace(VARIABLE, "#").replace(/\s+/g, " ").trim().toLowerCase();
}
