/** Settles what events spent: with reservations, and in every cap above their agents. */
import type { Tx } from "../kernel/db/tx.ts";
import { checkCap, type Reached, settleCap, type Used, useReservation } from "./rules.ts";
import type { Cap, Spent } from "./schema.ts";
import { listCaps, listReservations, lockCaps, saveCounts, saveReservations } from "./store.ts";

/** Returns the levels that the caps will pass when all these events are stored. Reads without a lock. */
export async function expectReached(tx: Tx, spent: readonly Spent[], now: Date): Promise<Reached[]> {
  const caps = await listCaps(tx);
  return caps.flatMap((cap) => settleCap(cap, spent, 0n, now).reached);
}

/** Locks the caps of the workspace, so it comes after all other locks. Returns the levels that the caps passed. */
export async function settleSpent(tx: Tx, spent: readonly Spent[], now: Date): Promise<Reached[]> {
  if (spent.length === 0) return [];
  const caps = await lockCaps(tx);
  if (caps.length === 0) return [];
  const tasks = new Set(spent.flatMap(({ task_id }) => task_id ?? []));
  const used = (await listReservations(tx, [...tasks])).map((one) => useReservation(one, spent));
  await saveReservations(
    tx,
    used.map(({ reservation }) => reservation),
  );
  const settled = caps.map((cap) => settleCap(cap, spent, freedOf(cap, used), now));
  await saveCounts(
    tx,
    settled.map(({ cap }) => cap),
  );
  return settled.flatMap(({ reached }) => reached);
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
function freedOf({ agent_id, is_list }: Cap, used: readonly Used[]): bigint {
  return used
    .filter(({ reservation }) => agent_id === null || agent_id === reservation.agent_id)
    .reduce((total, { freed, freed_list }) => total + (is_list ? freed_list : freed), 0n);
}
