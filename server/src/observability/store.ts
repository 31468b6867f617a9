/** Telemetry events. */
import { uuidv7 } from "uuidv7";
import type { ReadTx, Tx } from "../kernel/db/db.ts";
import { CURSOR, listPage, type PageAsked, type Paged } from "../kernel/paging.ts";
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

declare module "../kernel/db/tx.ts" {
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
  asked: PageAsked,
): Promise<Paged<Omit<ObsEventTable, "workspace_id">>> {
  return listPage(tx, asked, {
    shapes: [CURSOR.id],
    rows: ([before] = []) => eventsBefore(tx, filters, before),
    key: ({ id }) => [id],
  });
}

function eventsBefore(tx: ReadTx, filters: EventFilters, before: string | undefined) {
  let found = tx
    .selectFrom("obs_events")
    .select(["id", "agent_id", "event_type", "status", "task_id", "payload", "occurred_at", "created_at"])
    .where("workspace_id", "=", tx.workspace);
  for (const column of ["agent_id", "task_id", "event_type"] as const) {
    const value = filters[column];
    if (value !== undefined) found = found.where(column, "=", value);
  }
  if (before !== undefined) found = found.where("id", "<", before);
  return found.orderBy("id", "desc");
}
