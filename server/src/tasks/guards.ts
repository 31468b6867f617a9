/** Why a task may not start now. The hot statements decide on the same columns; these rules decide alone and explain. */
import { type Gate, gateRefusal, type Refusal, throttleTokens } from "../gate/index.ts";
import { usdFromNanos } from "../kernel/money.ts";
import type { TaskRow } from "./store.ts";

export interface StartFacts {
  task: TaskRow;
  gate: Gate;
  /** The task whose budget pays, if one does. */
  payer: TaskRow | undefined;
  now: Date;
}

export type Guard = (facts: StartFacts) => Refusal | undefined;

/** In the order in which they are told. A new limit is one more rule here and one more column of the gate. */
export const GUARDS: readonly Guard[] = [({ gate, now }) => gateRefusal(gate, now), dependencies, budget];

export function startRefusal(facts: StartFacts): Refusal | undefined {
  for (const guard of GUARDS) {
    const refusal = guard(facts);
    if (refusal) return refusal;
  }
  return undefined;
}

export interface Choice {
  chosen: TaskRow[];
  refused: { task: TaskRow; refusal: Refusal }[];
}

/** The first tasks that nothing refuses, each counted against gate and budget before the next is looked at. */
export function chooseStarts(
  tasks: readonly TaskRow[],
  { gate, payers, limit, now }: { gate: Gate; payers: ReadonlyMap<string, TaskRow>; limit: number; now: Date },
): Choice {
  const choice: Choice = { chosen: [], refused: [] };
  const left = new Map(payers);
  let room = gate;
  for (const task of tasks) {
    if (choice.chosen.length === limit) break;
    const payer = task.budget_task_id === null ? undefined : left.get(task.budget_task_id);
    const refusal = startRefusal({ task, gate: room, payer, now });
    if (refusal) {
      choice.refused.push({ task, refusal });
      continue;
    }
    choice.chosen.push(task);
    const tokens = throttleTokens(room, now) - 1;
    room = { ...room, running: room.running + 1, throttle_tokens: tokens, throttle_at: now.toISOString() };
    const budgetLeft = (payer?.budget_left_nanos ?? 0n) - (task.estimated_cost_nanos ?? 0n);
    if (payer) left.set(payer.id, { ...payer, budget_left_nanos: budgetLeft });
  }
  return choice;
}

function dependencies({ task }: StartFacts): Refusal | undefined {
  if (task.open_dependencies === 0) return undefined;
  return {
    code: "dependencies",
    reason: `${task.open_dependencies} of the tasks it depends on are not completed.`,
    next_step: "Complete the tasks in depends_on, or retry those that failed.",
  };
}

function budget({ task, payer }: StartFacts): Refusal | undefined {
  if (!payer) return undefined;
  const left = payer.budget_left_nanos ?? 0n;
  const needed = task.estimated_cost_nanos ?? 0n;
  if (left > 0n && needed <= left) return undefined;
  return {
    code: "budget",
    reason: `The budget of task ${payer.id} has ${usdFromNanos(left)} USD left; this start needs ${usdFromNanos(needed)}.`,
    next_step: "Finish or cancel other work of this tree, or create the work again with a larger budget.",
  };
}
