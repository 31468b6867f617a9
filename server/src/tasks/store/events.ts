/** A task's events are readings of the fact log. */
import { cappedRows, type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import type { ReadTx } from "../../kernel/db/db.ts";
import { CURSOR, listPage, type PageAsked, type Paged } from "../../kernel/paging.ts";
import type { EventType, TaskEvent } from "../schema.ts";

interface EventRow {
  id: string;
  type: string;
  actor_kind: string;
  actor_id: string;
  data: Record<string, unknown>;
  created_at: string;
  seq: string;
}

const EVENTS = (order: "asc" | "desc") => `
select f.id, f.type, f.actor_kind, f.actor_id, coalesce(p.payload, f.data::json) as data, f.created_at,
  f.seq::text as seq
from facts f left join fact_payloads p on p.workspace_id = f.workspace_id and p.fact_id = f.id
where f.workspace_id = $1 and f.subject_id = $2 and f.type like 'task.%'
  and ($3::bigint is null or f.seq > $3::bigint)
order by f.seq ${order}`;

function presentEvent(taskId: string, row: EventRow): TaskEvent {
  return {
    id: row.id,
    task_id: taskId,
    // The log holds only types that this slice wrote.
    event_type: row.type.slice("task.".length) as EventType,
    agent_id: row.actor_kind === "agent" ? row.actor_id : null,
    user_id: row.actor_kind === "user" ? row.actor_id : null,
    payload: row.data,
    created_at: row.created_at,
  };
}

/** The newest events of a task, as many as fit on a page, oldest first. */
export async function lastEvents(tx: ReadTx, taskId: string, limit: number): Promise<TaskEvent[]> {
  const newest = rowsOf<EventRow>("tasks.last-events", EVENTS("desc"), [tx.workspace, taskId, null]);
  const { rows } = await cappedRows(tx, newest, limit);
  return rows.reverse().map((row) => presentEvent(taskId, row));
}

/** In the order they happened. */
export async function listEvents(tx: ReadTx, taskId: string, asked: PageAsked): Promise<Paged<TaskEvent>> {
  const { items, next_cursor } = await listPage(tx, asked, {
    shapes: [CURSOR.integer],
    rows: ([seq = null] = []): Rows<EventRow> => rowsOf("tasks.events", EVENTS("asc"), [tx.workspace, taskId, seq]),
    key: (row) => [row.seq],
  });
  return { items: items.map((row) => presentEvent(taskId, row)), next_cursor };
}

const CREATING_KEYS = `select subject_id, key_id from facts
  where workspace_id = $1 and subject_id = any($2::uuid[]) and type = 'task.created' and key_id is not null`;

/** By task: the key that it was made with, if one was. */
export async function listCreatingKeys(tx: ReadTx, taskIds: readonly string[]): Promise<Map<string, string>> {
  const values = [tx.workspace, [...taskIds]];
  const rows = await tx.statement<{ subject_id: string; key_id: string }>("tasks.creating-keys", CREATING_KEYS, values);
  return new Map(rows.map(({ subject_id, key_id }) => [subject_id, key_id]));
}

const FIND_START = `select 1 from facts where workspace_id = $1 and subject_id = $2 and type = 'task.started'
  and actor_kind = 'agent' and actor_id = $3 and (data->>'fence')::int = $4 limit 1`;

/** Whether this agent was once given this fence. */
export async function findStart(tx: ReadTx, taskId: string, agentId: string, fence: number): Promise<boolean> {
  const rows = await tx.statement("tasks.find-start", FIND_START, [tx.workspace, taskId, agentId, fence]);
  return rows.length > 0;
}

const FIND_LATE = `select 1 from facts f left join fact_payloads p on p.workspace_id = f.workspace_id and p.fact_id = f.id
  where f.workspace_id = $1 and f.subject_id = $2 and f.type = 'task.late_result' and f.actor_id = $3
  and (coalesce(p.payload::jsonb, f.data)->>'fence')::int = $4 limit 1`;

/** Whether this agent's late result under this fence is kept already. */
export async function hasLateResult(tx: ReadTx, taskId: string, agentId: string, fence: number): Promise<boolean> {
  const rows = await tx.statement("tasks.find-late", FIND_LATE, [tx.workspace, taskId, agentId, fence]);
  return rows.length > 0;
}
