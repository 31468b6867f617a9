/** Settles what events spent: with reservations, and in every cap above their agents. */
import type { Tx } from "../kernel/db/tx.ts";
import { appliesTo, checkCap, dayOf, type Reached, settleCap, today, type Used, useReservation } from "./rules.ts";
import type { Cap, Reservation, Respent, Spent } from "./schema.ts";
import { addLate, listCaps, listReservations, lockCaps, saveCounts, saveReservations } from "./store.ts";

/** Returns the levels that the caps will pass when all these events are stored. Reads without a lock. */
export async function expectReached(tx: Tx, spent: readonly Spent[], now: Date): Promise<Reached[]> {
  const caps = await listCaps(tx);
  return caps.flatMap((cap) => settleCap(cap, spent, 0n, now).reached);
}

/** Locks the caps of the workspace, so it comes after all other locks. Returns the levels that the caps passed. */
export async function settleSpent(
  tx: Tx,
  spent: readonly Spent[],
  now: Date,
  attemptsOf: AttemptsOf,
): Promise<Reached[]> {
  if (spent.length === 0) return [];
  const caps = await lockCaps(tx);
  if (caps.length === 0) return [];
  const reserved = await listReservations(tx, idsOf(spent));
  const used = reserved.map((one) => useReservation(one, spent));
  const without = withoutAttempt(spent, reserved);
  const late = without.length > 0 ? withoutAttempt(without, await attemptsOf(tx, idsOf(without))) : [];
  await addLate(tx, late);
  await saveReservations(
    tx,
    used.map(({ reservation }) => reservation),
  );
  const settled = caps.map((cap) => settleCap(cap, spent, freedOf(cap, used), now, new Set(late)));
  await saveCounts(
    tx,
    settled.map(({ cap }) => cap),
  );
  return settled.flatMap(({ reached }) => reached);
}

type Attempt = Pick<Reservation, "task_id" | "agent_id">;
/** Reads the attempts of tasks that run. One that began before the first cap has no reservation. */
export type AttemptsOf = (tx: Tx, taskIds: readonly string[]) => Promise<readonly Attempt[]>;

const idsOf = (spent: readonly Spent[]) => [...new Set(spent.flatMap(({ task_id }) => task_id ?? []))];

/** The costs of tasks that belong to none of these attempts. Those of attempts that ended are late. */
function withoutAttempt(spent: readonly Spent[], attempts: readonly Attempt[]): Spent[] {
  const open = new Set(attempts.map(({ task_id, agent_id }) => `${task_id} ${agent_id}`));
  return spent.filter(
    ({ task_id, agent_id, cost_nanos }) =>
      task_id !== null && (cost_nanos ?? 0n) > 0n && !open.has(`${task_id} ${agent_id}`),
  );
}

/** Locks the caps, and returns the levels that their used amounts passed although no event came. */
export async function recheckCaps(tx: Tx, now: Date): Promise<Reached[]> {
  const checked = (await lockCaps(tx)).map((cap) => checkCap(cap, cap.agent_id, now));
  if (checked.length === 0) return [];
  await saveCounts(
    tx,
    checked.map(({ cap }) => cap),
  );
  return checked.flatMap(({ reached }) => reached);
}

/** The amounts in the scope and the measure of the cap that reservations no longer hold. */
function freedOf(cap: Cap, used: readonly Used[]): bigint {
  return used
    .filter(({ reservation }) => appliesTo(cap, reservation.agent_id))
    .reduce((total, { freed, freed_list }) => total + (cap.is_list ? freed_list : freed), 0n);
}

/** Changes the used amounts of the day after a reprice. The next event or check marks the levels. */
export async function respend(tx: Tx, now: Date, changes: readonly Respent[]): Promise<void> {
  const caps = (await lockCaps(tx)).map((before) => {
    const cap = today(before, now);
    // The changes belong to a day that is over for the cap.
    if (cap.day !== dayOf(now)) return cap;
    const own = changes.filter(({ agent_id }) => appliesTo(cap, agent_id));
    const used = own.reduce((sum, one) => sum + BigInt(cap.is_list ? one.list : one.cost), BigInt(cap.used_nanos));
    const unpriced = own.reduce((sum, one) => sum + BigInt(one.unpriced), cap.unpriced_events);
    const used_nanos = String(used > 0n ? used : 0n);
    const late_nanos = BigInt(cap.late_nanos) > used ? used_nanos : cap.late_nanos;
    return { ...cap, used_nanos, late_nanos, unpriced_events: unpriced > 0n ? unpriced : 0n };
  });
  if (caps.length > 0) await saveCounts(tx, caps);
}
