/** Reserves the estimates of calls of models from caps, next to the reservation of the task that they belong to. */
import type { Tx } from "../kernel/db/tx.ts";
import { appliesTo, leftOf } from "./rules.ts";
import type { Cap } from "./schema.ts";
import { type CallAmount, freeHeld, holdCall, openCalls } from "./store/calls.ts";
import { listReservations, lockCaps } from "./store.ts";

/** A budget, with what the tree below it spent. */
export interface Budget {
  nanos: bigint;
  spent: bigint;
}

export interface CallReserved {
  /** Nothing is reserved then. */
  tight?: Cap;
  /** The budget has less left. Nothing is reserved then. */
  overBudget?: { promised: bigint };
}

/**
 * Reserves the estimate of one call, or the part of it that the reservation of its task does not hold. A used-up cap refuses
 * also a call that its task reserved, so that only calls that run already can pass a cap. Locks the caps, so it comes
 * after all other locks; the caller has locked the task with the budget.
 */
export async function reserveCall(
  tx: Tx,
  call: CallAmount,
  budget: Budget | undefined,
  { now, seconds }: { now: Date; seconds: number },
): Promise<CallReserved> {
  const caps = (await lockCaps(tx)).filter((cap) => appliesTo(cap, call.agent_id));
  const [reservation] = await listReservations(tx, call.task_id === null ? [] : [call.task_id]);
  const { covered, promised } = await openCalls(tx, call);
  if (budget && budget.spent + promised + call.estimate > budget.nanos) return { overBudget: { promised } };
  const isOwn = reservation?.agent_id === call.agent_id;
  const free = isOwn ? most(BigInt(reservation.left_nanos) - covered, 0n) : 0n;
  const nanos = most(call.estimate - free, 0n);
  const [tight] = caps
    .filter((cap) => cap.is_binding && leftOf(cap, now) < nanos)
    .sort((one, other) => (leftOf(one, now) < leftOf(other, now) ? -1 : 1));
  if (tight) return { tight };
  await holdCall(tx, call, nanos, seconds);
  return {};
}

/** Gives back what calls hold, when their costs are counted. Locks the caps. */
export async function freeCalls(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await lockCaps(tx);
  await freeHeld(tx, ids);
}

const most = (one: bigint, other: bigint) => (one > other ? one : other);
