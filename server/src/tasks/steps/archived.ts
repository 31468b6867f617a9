/** Ends the attempts of an archived agent. Tasks of a pool return to it; the others are blocked and wait for a person. */
import { changeRunning, lockGates } from "../../gate/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { Fact } from "../../kernel/facts/fact.ts";
import { governanceFact, taskFact } from "../facts.ts";
import {
  addToBudgets,
  blockAll,
  ENDED_AT_ONCE_MAX,
  type LeanTask,
  listRunningTasks,
  lockLean,
  queueRunning,
  returnAll,
} from "../store/ending.ts";

const REASON = {
  code: "agent_archived",
  reason: "The assigned agent was archived while it ran the task.",
  next_step: "Assign the task to another agent, or cancel it.",
} as const;

/**
 * Ends every attempt of the agent; when they are too many, the sweep ends the rest. Queued tasks stay queued;
 * `claim` and `start` refuse them with the reason.
 */
export async function blockRunningTasks(tx: Tx, agentId: string): Promise<Fact[]> {
  await lockGates(tx, [agentId]);
  const running = await listRunningTasks(tx, agentId);
  const locked = await lockLean(
    tx,
    running.flatMap(({ id, budget_task_id }) => [id, ...(budget_task_id ? [budget_task_id] : [])]),
  );
  const facts = await endAsArchived(
    tx,
    running.flatMap(({ id }) => locked.get(id) ?? []).filter((task) => task.assigned_to_agent_id === agentId),
  );
  if (running.length === ENDED_AT_ONCE_MAX) await queueRunning(tx, agentId);
  return facts;
}

/** Ends the attempts among these tasks. The tasks, their payers and gates must be locked. */
export async function endAsArchived(tx: Tx, tasks: readonly LeanTask[]): Promise<Fact[]> {
  const running = tasks.filter(({ status }) => status === "running");
  if (running.length === 0) return [];
  const freed = new Map<string, number>();
  const returned = new Map<string, bigint>();
  for (const { assigned_to_agent_id: agent, budget_task_id: payer, reserved_nanos } of running) {
    freed.set(agent, (freed.get(agent) ?? 0) - 1);
    if (payer) returned.set(payer, (returned.get(payer) ?? 0n) + reserved_nanos);
  }
  await changeRunning(tx, freed);
  await addToBudgets(tx, returned);
  const returning = running.filter(({ pool_id }) => pool_id !== null);
  const waiting = running.filter(({ pool_id }) => pool_id === null);
  await returnAll(
    tx,
    returning.map(({ id }) => id),
  );
  await blockAll(
    tx,
    waiting.map(({ id }) => id),
    REASON,
  );
  const { reason } = REASON;
  return [
    ...returning.map((task) =>
      taskFact(task, "released", { previous_status: "running", attempt: task.attempt, reason }),
    ),
    ...waiting.flatMap((task) => [
      taskFact(task, "blocked", { previous_status: "running", ...REASON }),
      governanceFact("task_blocked", task, { reason }),
    ]),
  ];
}
