/** Telemetry events. */
import { uuidv7 } from "uuidv7";
import type { ReadTx, Tx } from "../kernel/db.ts";
import { CURSOR, decodeCursor, type Paged, page } from "../kernel/paging.ts";
import type { AttemptEvent } from "../tasks/index.ts";

interface ObsEventTable {
  workspace_id: string;
  id: string;
  agent_id: string | null;
  event_type: string;
  status: "success" | "error" | "info";
  task_id: string | null;
  payload: Record<string, unknown>;
  occurred_at: string;
  created_at: string;
}

declare module "../kernel/db.ts" {
  interface Tables {
    obs_events: ObsEventTable;
  }
}

const INSERT = `
insert into obs_events (workspace_id, id, agent_id, event_type, status, task_id, payload, occurred_at)
select $1::uuid, e.id, e.agent_id, e.event_type, e.status, e.task_id, e.payload, bailiwick_now()
from jsonb_to_recordset($2::jsonb) as e(id uuid, agent_id uuid, event_type text, status text, task_id uuid,
  payload jsonb)`;

/** Stores the start or end of attempts, in the transaction of the step. */
export async function insertAttemptEvents(tx: Tx, events: readonly AttemptEvent[]): Promise<void> {
  const rows = events.map((event) => ({ id: uuidv7(), ...event }));
  await tx.statement("obs.insert-attempts", INSERT, [tx.workspace, JSON.stringify(rows)]);
}

export interface EventFilters {
  agent_id?: string | undefined;
  task_id?: string | undefined;
  event_type?: string | undefined;
}

/** Newest first. */
export async function listObsEvents(
  tx: ReadTx,
  filters: EventFilters,
  size: number,
  cursor: string | undefined,
): Promise<Paged<Omit<ObsEventTable, "workspace_id">>> {
  const [before] = decodeCursor(cursor, [CURSOR.id]) ?? [];
  let found = tx
    .selectFrom("obs_events")
    .select(["id", "agent_id", "event_type", "status", "task_id", "payload", "occurred_at", "created_at"])
    .where("workspace_id", "=", tx.workspace);
  for (const column of ["agent_id", "task_id", "event_type"] as const) {
    const value = filters[column];
    if (value !== undefined) found = found.where(column, "=", value);
  }
  if (before !== undefined) found = found.where("id", "<", before);
  const rows = await found
    .orderBy("id", "desc")
    .limit(size + 1)
    .execute();
  return page(rows, size, ({ id }) => [id]);
}
