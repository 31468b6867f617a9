/** Why a task may not start now. The hot statements decide on the same columns; these rules decide alone and explain. */
import { type Gate, gateRefusal, type Refusal } from "../gate/index.ts";
import { usdFromNanos } from "../kernel/money.ts";
import type { TaskRow } from "./store/tasks.ts";

export interface StartFacts {
  task: TaskRow;
  gate: Gate;
  /** The task whose budget pays, if one does. */
  payer: Pick<TaskRow, "id" | "budget_left_nanos"> | undefined;
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
  return canPay(left, needed) ? undefined : budgetRefusal(payer.id, left, needed);
}

/** Nano-dollars. */
export function canPay(left: bigint, needed: bigint): boolean {
  return left > 0n && needed <= left;
}

export function budgetRefusal(payerId: string, left: bigint, needed: bigint): Refusal {
  return {
    code: "budget",
    reason: `The budget of task ${payerId} has ${usdFromNanos(left)} USD left; this start needs ${usdFromNanos(needed)}.`,
    next_step: "Finish or cancel other work of this tree, or create the work again with a larger budget.",
  };
}
