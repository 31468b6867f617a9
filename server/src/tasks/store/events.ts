/** Reads the events of a task from the fact log. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { type FactRow, hasFenced, lastFactsOf, listFactsOf, listKeysOf } from "../../kernel/facts/list.ts";
import type { Paged, PageRequest } from "../../kernel/paging.ts";
import type { TaskEvent } from "../event-schema.ts";
import type { EventType } from "../facts.ts";

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

/** Returns the events in the order in which they happened. */
export async function listEvents(tx: ReadTx, taskId: string, page: PageRequest): Promise<Paged<TaskEvent>> {
  const { items, next_cursor } = await listFactsOf(tx, { subject_id: taskId, type: AREA }, page);
  return { items: items.map(toWire), next_cursor };
}

/** Returns, by task, the key that created it, if any. */
export function listCreatingKeys(tx: ReadTx, taskIds: readonly string[]): Promise<Map<string, string>> {
  return listKeysOf(tx, "task.created", taskIds);
}

/** Returns true when this agent once got this fence. */
export function findStart(tx: ReadTx, taskId: string, agentId: string, fence: number): Promise<boolean> {
  return hasFenced(tx, "task.started", { subject_id: taskId, agent_id: agentId, fence });
}

/** Returns true when the attempt with this fence ended with its lease. */
export function hasLostLease(tx: ReadTx, taskId: string, fence: number): Promise<boolean> {
  return hasFenced(tx, "task.lease_expired", { subject_id: taskId, fence });
}

/** Returns true when this agent's late result under this fence is stored already. */
export function hasLateResult(tx: ReadTx, taskId: string, agentId: string, fence: number): Promise<boolean> {
  return hasFenced(tx, "task.late_result", { subject_id: taskId, agent_id: agentId, fence });
}
