/** Counts amounts that agents spend outside, such as those of actions: reserved at first, then used or given back. */
import type { Tx } from "../kernel/db/tx.ts";
import { appliesTo, dayOf, leftOf, today } from "./rules.ts";
import type { Amount, Cap } from "./schema.ts";
import { deleteAmount, insertAmount, lockCaps, markAmountUsed, saveCounts } from "./store.ts";

/**
 * Reserves an amount from every cap above the agent. Returns the enforced cap that has less left, if any; then nothing is
 * reserved. Locks the caps, so it comes after all other locks.
 */
export async function reserveAmount(tx: Tx, { id, agent_id, nanos }: Amount, now: Date): Promise<Cap | undefined> {
  const caps = (await lockCaps(tx)).filter((cap) => appliesTo(cap, agent_id));
  const tight = caps
    .filter((cap) => cap.is_binding && leftOf(cap, now) < nanos)
    .sort((one, other) => (leftOf(one, now) < leftOf(other, now) ? -1 : 1));
  if (tight[0]) return tight[0];
  await insertAmount(tx, { id, agent_id, nanos });
  await saveCounts(
    tx,
    caps.map((cap) => ({ ...cap, reserved_nanos: String(BigInt(cap.reserved_nanos) + nanos) })),
  );
  return undefined;
}

/** Gives a reserved amount back. Locks the caps. */
export async function freeAmount(tx: Tx, id: string): Promise<void> {
  const caps = await lockCaps(tx);
  const amount = await deleteAmount(tx, id);
  if (amount) await saveCounts(tx, freed(caps, amount));
}

/** Counts a reserved amount as used today. Locks the caps. The next event or check marks the levels. */
export async function settleAmount(tx: Tx, id: string, now: Date): Promise<void> {
  const caps = await lockCaps(tx);
  const amount = await markAmountUsed(tx, id, dayOf(now));
  if (!amount) return;
  const counted = freed(caps, amount).map((before) => {
    const cap = today(before, now);
    return { ...cap, used_nanos: String(BigInt(cap.used_nanos) + amount.nanos) };
  });
  await saveCounts(tx, counted);
}

function freed(caps: readonly Cap[], { agent_id, nanos }: Amount): Cap[] {
  return caps
    .filter((cap) => appliesTo(cap, agent_id))
    .map((cap) => ({ ...cap, reserved_nanos: String(BigInt(cap.reserved_nanos) - nanos) }));
}
