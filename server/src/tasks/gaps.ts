/** Why nobody can take a queued task: exactly one reason, and what would lift it. */
import { listAway } from "../agents/index.ts";
import { gatesOf, type Refusal } from "../gate/index.ts";
import type { ReadTx } from "../kernel/db/db.ts";
import { startRefusal } from "./guards.ts";
import { findPayers } from "./store/gaps.ts";
import type { TaskRow } from "./store/tasks.ts";

export interface Gap extends Refusal {
  waiting_since: string;
}

/** The gap of each task that has one. Those that only wait for their turn, for time or for other tasks have none. */
export async function gapsOf(tx: ReadTx, tasks: readonly TaskRow[], now: Date): Promise<Map<string, Gap>> {
  const queued = tasks.filter(({ status, open_dependencies }) => status === "queued" && open_dependencies === 0);
  if (queued.length === 0) return new Map();
  const gates = await gatesOf(
    tx,
    queued.map((task) => task.assigned_to_agent_id),
  );
  const payers = await findPayers(
    tx,
    queued.flatMap((task) => task.budget_task_id ?? []),
  );
  const away = new Set(await listAway(tx));
  return new Map(
    queued.flatMap((task) => {
      const gate = gates.get(task.assigned_to_agent_id);
      const payer = task.budget_task_id === null ? undefined : payers.get(task.budget_task_id);
      const refusal = gate && startRefusal({ task, gate, payer, now });
      const gap = refusal ?? (away.has(task.assigned_to_agent_id) ? AWAY : undefined);
      return gap ? [[task.id, { ...gap, waiting_since: task.available_at }] as const] : [];
    }),
  );
}

const AWAY: Refusal = {
  code: "agent_away",
  reason: "Nobody has called with the key of the assigned agent for a while.",
  next_step: "Start the agent's process, or assign the task to another agent.",
};
