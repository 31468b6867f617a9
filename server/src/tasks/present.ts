/** Converts a task to its shape on the wire. */
import type { Actor } from "../kernel/actor.ts";
import { usdFromNanos } from "../kernel/money.ts";
import type { Task } from "./schema.ts";
import type { TaskRow } from "./store/tasks.ts";

function usd(nanos: bigint | null): number | null {
  return nanos === null ? null : usdFromNanos(nanos);
}

/** The answer contains `fence` only for the holder. */
export function presentTask(row: TaskRow, holder = false): Task {
  return {
    id: row.id,
    workspace_id: row.workspace_id,
    title: row.title,
    input: row.input,
    output: row.output,
    status: row.status,
    priority: row.priority,
    assigned_to_agent_id: row.assigned_to_agent_id,
    created_by_agent_id: row.created_by_agent_id,
    created_by_user_id: row.created_by_user_id,
    parent_task_id: row.parent_task_id,
    root_task_id: row.root_task_id,
    depth: row.depth,
    depends_on: row.depends_on,
    retry_of: row.retry_of,
    attempt: row.attempt,
    max_attempts: row.max_attempts,
    result_of_attempt: row.result_of_attempt,
    has_late_result: row.has_late_result,
    lease_expires_at: row.lease_expires_at,
    available_at: row.available_at,
    due_at: row.due_at,
    blocked_reason: row.blocked_reason,
    escalated_from: row.escalated_from,
    escalates_at: row.status === "queued" ? row.escalates_at : null,
    open_children: row.open_children,
    budget_usd: usd(row.budget_nanos),
    budget_left_usd: usd(row.budget_left_nanos),
    estimated_cost_usd: usd(row.estimated_cost_nanos),
    cost_usd: usdFromNanos(row.cost_nanos),
    created_at: row.created_at,
    started_at: row.started_at,
    finished_at: row.finished_at,
    updated_at: row.updated_at,
    ...(holder && row.fence > 0 ? { fence: row.fence } : {}),
  };
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
