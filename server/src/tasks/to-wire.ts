/** Converts a task to its shape on the wire. */
import type { Actor } from "../kernel/actor.ts";
import { copierOf } from "../kernel/db/columns.ts";
import { usdFromNanos } from "../kernel/money.ts";
import { type LateResult, SHOWN_COLUMNS, type Task, type TaskRow } from "./schema.ts";

const copyShown = copierOf<TaskRow, (typeof SHOWN_COLUMNS)[number]>(SHOWN_COLUMNS);

/** The answer contains `fence` only for the holder. */
export function toWire(row: TaskRow, holder = false): Task {
  return Object.assign(copyShown(row), {
    escalates_at: row.status === "queued" ? row.escalates_at : null,
    budget_usd: usd(row.budget_nanos),
    budget_left_usd: usd(row.budget_left_nanos),
    estimated_cost_usd: usd(row.estimated_cost_nanos),
    cost_usd: usdFromNanos(row.cost_nanos),
    ...(holder && row.fence > 0 ? { fence: row.fence } : {}),
  });
}

/** Returns a started task for its holder, with the newest late result of the task. */
export function toHolder(row: TaskRow, late: LateResult | undefined): Task {
  return { ...toWire(row, true), ...(late && { late_result: late }) };
}

function usd(nanos: bigint | null): number | null {
  return nanos === null ? null : usdFromNanos(nanos);
}

/** The agent that runs a task under a lease may read its fence again, for example after a restart. */
export function holdsNow(row: TaskRow, actor: Actor): boolean {
  return (
    actor.kind === "agent" &&
    row.status === "running" &&
    row.assigned_to_agent_id === actor.id &&
    row.lease_expires_at !== null
  );
}
