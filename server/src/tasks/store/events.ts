/** Reads the events of a task from the fact log. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { type FactRow, lastFactsOf, listFactsOf, listKeysOf } from "../../kernel/facts/list.ts";
import { findFactOf, findFenced, findOfType, newestOfSubject } from "../../kernel/facts/whole.ts";
import type { Paged, PageRequest } from "../../kernel/paging.ts";
import type { TaskEvent } from "../event-schema.ts";
import type { EventType } from "../facts.ts";
import type { LateResult, TaskRow } from "../schema.ts";

const AREA = "task.";

function toWire({ id, type, subject_id, actor_kind, actor_id, data, created_at }: FactRow): TaskEvent {
  return {
    id,
    task_id: subject_id,
    // The log holds only types that this slice wrote.
    event_type: type.slice(AREA.length) as EventType,
    agent_id: actor_kind === "agent" ? actor_id : null,
    user_id: actor_kind === "user" ? actor_id : null,
    payload: data,
    created_at,
  };
}

/** Returns the newest events of a task, as many as fit on a page, oldest first. */
export async function lastEvents(tx: ReadTx, taskId: string, limit: number): Promise<TaskEvent[]> {
  return (await lastFactsOf(tx, { subject_id: taskId, type: AREA }, limit)).map(toWire);
}

/** Returns one event of a task with its whole payload. */
export async function findEvent(tx: ReadTx, taskId: string, id: string): Promise<TaskEvent | undefined> {
  const fact = await findFactOf(tx, { subject_id: taskId, type: AREA }, id);
  return fact && toWire(fact);
}

/** Returns the events in the order in which they happened. */
export async function listEvents(tx: ReadTx, taskId: string, page: PageRequest): Promise<Paged<TaskEvent>> {
  const { items, next_cursor } = await listFactsOf(tx, { subject_id: taskId, type: AREA }, page);
  return { items: items.map(toWire), next_cursor };
}

/** Returns, by task, the key that created it, if any. */
export function listCreatingKeys(tx: ReadTx, taskIds: readonly string[]): Promise<Map<string, string>> {
  return listKeysOf(tx, "task.created", taskIds);
}

/** Returns the number of the attempt in which this agent got this fence. */
export async function findAttempt(
  tx: ReadTx,
  taskId: string,
  agentId: string,
  fence: number,
): Promise<number | undefined> {
  const started = await findFenced(tx, "task.started", { subject_id: taskId, agent_id: agentId, fence });
  return started && Number(started.data.attempt);
}

/** Returns what ended the lease of the attempt with this fence; undefined when a step ended the attempt. */
export async function findLeaseEnd(tx: ReadTx, taskId: string, fence: number): Promise<LeaseEnd | undefined> {
  const [expired, stopped] = LEASE_ENDS;
  if (await findFenced(tx, `task.${expired}`, { subject_id: taskId, fence })) return expired;
  return (await findFenced(tx, `task.${stopped}`, { subject_id: taskId, fence })) && stopped;
}

/** The facts about the end of a lease. Only the end after a stop gives `released` a fence. */
const LEASE_ENDS = ["lease_expired", "released"] as const;
type LeaseEnd = (typeof LEASE_ENDS)[number];

/** Returns true when this agent's late result under this fence is stored already. */
export async function hasLateResult(tx: ReadTx, taskId: string, agentId: string, fence: number): Promise<boolean> {
  return (await findFenced(tx, LATE_RESULT, { subject_id: taskId, agent_id: agentId, fence })) !== undefined;
}

const LATE_RESULT = "task.late_result";

/** Returns a late result of the task, and the agent that sent it. */
export async function findLateResult(
  tx: ReadTx,
  taskId: string,
  id: string,
): Promise<(LateResult & { agent_id: string }) | undefined> {
  const row = await findOfType(tx, LATE_RESULT, { subject_id: taskId, id });
  return row && { ...lateResultOf(row), agent_id: row.actor_id };
}

/** Returns the newest late result of the task, if any. */
export async function newestLate(
  tx: ReadTx,
  { id, has_late_result: has }: Pick<TaskRow, "id" | "has_late_result">,
): Promise<LateResult | undefined> {
  const row = has ? await findOfType(tx, LATE_RESULT, { subject_id: id }) : undefined;
  return row && lateResultOf(row);
}

function lateResultOf({ id, data, created_at }: Pick<FactRow, "id" | "data" | "created_at">): LateResult {
  // The log holds only data that this slice wrote.
  const { step, fence, output, reason } = data as Pick<LateResult, "step" | "fence" | "output" | "reason">;
  // A withdrawn result has a tombstone in place of its output.
  const { redacted } = data;
  return { event_id: id, step, fence, output: redacted ? { redacted } : output, reason, created_at };
}

/** A part of a statement that joins the newest late result to the tasks that have one. `$1` is the workspace. */
export function joinLateResult(task: string): string {
  return `left join lateral ${newestOfSubject(`${task}.id`, LATE_RESULT, `${task}.has_late_result`)} l on true`;
}

export const LATE_COLUMNS = "l.fact_id as late_id, l.fact_data as late_data, l.fact_created_at as late_created_at";

type LateColumns = { late_id: null } | { late_id: string; late_data: Record<string, unknown>; late_created_at: string };
export type WithLateColumns = TaskRow & LateColumns;

/** Returns the task with the late result that `joinLateResult` found. */
export function withLate(row: WithLateColumns): { row: TaskRow; late: LateResult | undefined } {
  if (row.late_id === null) return { row, late: undefined };
  return { row, late: lateResultOf({ id: row.late_id, data: row.late_data, created_at: row.late_created_at }) };
}
