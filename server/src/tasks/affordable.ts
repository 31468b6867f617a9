/** A claim of work that budgets pay: what is next and can be paid, and what leaves the queue because it cannot. */
import { countStarts, type Refusal, refusalOf, saveRefusal } from "../gate/index.ts";
import type { Tx } from "../kernel/db/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { governanceFact, taskFact } from "./facts.ts";
import { canPay } from "./rules.ts";
import { blockQueued, listAffordable, lockUnpaid, PAGE, type Startable } from "./store/affordable.ts";

export interface Choice {
  chosen: Startable[];
  /** The last one when there may be more behind it; undefined: the whole queue was looked at. */
  last: Startable | undefined;
}

/** The next tasks that can be paid, each counted against its budget before the next is looked at. */
export async function chooseAffordable(tx: Tx, agentId: string, limit: number): Promise<Choice> {
  const room = await countStarts(tx, agentId, limit);
  const left = new Map<string, bigint>();
  const chosen: Startable[] = [];
  let after: Startable | undefined;
  // The first of each page can be paid, so that every page but the last adds one at least.
  while (chosen.length < room) {
    const page = await listAffordable(tx, agentId, { after, left });
    for (const task of page) {
      if (chosen.length === room) break;
      after = task;
      if (pay(task, left)) chosen.push(task);
    }
    if (chosen.length < room && page.length < PAGE) return { chosen, last: undefined };
  }
  return { chosen, last: after };
}

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
 * Takes out of the queue what no budget can pay in front of the last task that was looked at, a number at a time, so
 * that it hides nothing from the next claim. The sweep queues it again when its budget can pay.
 */
export async function blockUnpaid(tx: Tx, agentId: string, last: Startable | undefined, now: Date): Promise<Unpaid> {
  const unpaid = await lockUnpaid(tx, agentId, last);
  const refused = unpaid.map((task) => ({ task, id: task.id, refusal: refusalOf("budget", task) }));
  const newest = refused.at(-1);
  if (!newest) return { facts: [], refusals: [] };
  await blockQueued(
    tx,
    refused.map(({ id, refusal }) => ({ id, reason: refusal })),
  );
  const { code, reason } = newest.refusal;
  await saveRefusal(tx, agentId, { code, reason, task_id: newest.id, at: now.toISOString() });
  const facts = refused.flatMap(({ task, refusal }) => [
    taskFact(task, "blocked", { previous_status: "queued", ...refusal, by: "agent" }),
    governanceFact("task_blocked", task, { reason: refusal.reason }),
  ]);
  return { facts, refusals: refused };
}
