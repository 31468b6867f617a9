/** Claims of tasks that budgets pay: chooses the next tasks that can be paid, and blocks tasks that cannot. */
import { capLeftOf } from "../caps/index.ts";
import { countStarts, type Refusal, refusalOf, saveRefusal } from "../gate/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { governanceFact, taskFact } from "./facts.ts";
import { canPay } from "./rules.ts";
import { blockQueued, listAffordable, lockUnpaid, PAGE, type Startable } from "./store/affordable.ts";

export interface Choice {
  chosen: Startable[];
  /** The last examined task when more may follow; undefined when the whole queue was examined. */
  last: Startable | undefined;
}

/** Returns the next tasks that can be paid. Each task is counted against its budget before the next one. */
export async function chooseAffordable(
  tx: Tx,
  queues: readonly [agentId: string, ...poolIds: string[]],
  limit: number,
): Promise<Choice> {
  const room = await countStarts(tx, queues[0], limit);
  const left = new Map<string, bigint>();
  let capLeft = await capLeftOf(tx, queues[0]);
  const chosen: Startable[] = [];
  let after: Startable | undefined;
  // The first task of each page can be paid, so every page but the last adds at least one task.
  while (chosen.length < room) {
    const page = await listAffordable(tx, queues, { after, left, capLeft });
    for (const task of page) {
      if (chosen.length === room) break;
      after = task;
      if (!fitsCap(task, capLeft) || !pay(task, left)) continue;
      if (capLeft !== null) capLeft -= BigInt(task.estimate);
      chosen.push(task);
    }
    if (chosen.length < room && page.length < PAGE) return { chosen, last: undefined };
  }
  return { chosen, last: after };
}

const fitsCap = ({ estimate }: Pick<Startable, "estimate">, capLeft: bigint | null) =>
  capLeft === null || BigInt(estimate) <= capLeft;

function pay({ budget_task_id: payer, needed, left: before }: Startable, left: Map<string, bigint>): boolean {
  if (payer === null) return true;
  const now = left.get(payer) ?? before ?? 0n;
  if (!canPay(now, needed)) return false;
  left.set(payer, now - needed);
  return true;
}

export interface Unpaid {
  facts: Fact[];
  refusals: { id: string; refusal: Refusal }[];
}

/**
 * Blocks a limited number of tasks that no budget can pay and that come before the last examined task, so that the next
 * claim does not examine them. The sweep queues a task again when its budget can pay.
 */
export async function blockUnpaid(
  tx: Tx,
  queues: readonly [agentId: string, ...poolIds: string[]],
  last: Startable | undefined,
  now: Date,
): Promise<Unpaid> {
  const unpaid = await lockUnpaid(tx, queues, last);
  const refused = unpaid.map((task) => ({ task, id: task.id, refusal: refusalOf("budget", task) }));
  const newest = refused.at(-1);
  if (!newest) return { facts: [], refusals: [] };
  await blockQueued(
    tx,
    refused.map(({ id, refusal }) => ({ id, reason: refusal })),
  );
  const { code, reason } = newest.refusal;
  await saveRefusal(tx, queues[0], { code, reason, task_id: newest.id, at: now.toISOString() });
  const facts = refused.flatMap(({ task, refusal }) => [
    taskFact(task, "blocked", { previous_status: "queued", ...refusal, by: "agent" }),
    governanceFact("task_blocked", task, { reason: refusal.reason }),
  ]);
  return { facts, refusals: refused };
}
