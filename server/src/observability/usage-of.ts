/** Reads from an event the amounts that limits count. Pure. */
import { isUnpriced } from "./cost-event.ts";
import type { ArrivedUsage, Usage } from "./hooks.ts";
import type { EventRow } from "./schema.ts";
import { toolCallOf } from "./tool-calls.ts";

export type Costly = Pick<
  EventRow,
  "agent_id" | "task_id" | "cost_nanos" | "list_cost_nanos" | "cost_source" | "billing_mode" | "event_type" | "status"
> &
  Pick<EventRow, "tokens_in" | "tokens_out" | "tokens_cached">;

export function usageOf(row: Costly): Usage {
  const isEnd = row.event_type === "run_finished";
  return {
    agent_id: row.agent_id,
    task_id: row.task_id,
    cost_nanos: row.cost_nanos,
    list_cost_nanos: row.list_cost_nanos,
    is_unpriced: isUnpriced(row),
    runs: isEnd ? 1 : 0,
    runs_failed: isEnd && row.status === "error" ? 1 : 0,
    tokens: Number((row.tokens_in ?? 0n) - (row.tokens_cached ?? 0n) + (row.tokens_out ?? 0n)),
  };
}

/** A call outside of a task and a run belongs to no loop. */
export function arrivedOf(row: Costly & Pick<EventRow, "run_id" | "payload">): ArrivedUsage {
  const { run_id, task_id, event_type, payload } = row;
  const call = run_id === null && task_id === null ? null : toolCallOf(event_type, payload);
  return { ...usageOf(row), run_id, call };
}
