/** Decides about caps: the remaining amount, the effect of spending, and the levels that a cap reaches. Pure. */
import type { Cap, Reservation, Spent } from "./schema.ts";

/** In percent of the cap. */
export const WARNING_LEVELS = [75, 95] as const;
const PERCENT = 100n;

export const dayOf = (now: Date) => now.toISOString().slice(0, 10);

/** The counts at the beginning of a day. */
export const UNUSED = {
  used_nanos: "0",
  late_nanos: "0",
  unpriced_events: 0n,
  warned_percent: 0,
  is_crossed: false,
  warned_at: null,
} as const;

/** Returns the cap with the counts of the present day (UTC). */
export function today(cap: Cap, now: Date): Cap {
  const day = dayOf(now);
  // A transaction that began before midnight may come after one of the new day.
  if (cap.day >= day) return cap;
  return { ...cap, day, ...UNUSED };
}

/** Returns the time at which the counts of the day begin again. */
export function resetsAt(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1));
}

type Limit = Pick<Cap, "cap_nanos" | "top_up_nanos" | "top_up_until">;

/** Returns the cap with a top-up that has not ended, in nano-dollars. */
export function limitOf({ cap_nanos, top_up_nanos, top_up_until }: Limit, now: Date): bigint {
  const isToppedUp = top_up_until !== null && Date.parse(top_up_until) > now.getTime();
  return BigInt(cap_nanos) + (isToppedUp ? BigInt(top_up_nanos) : 0n);
}

/** Returns the amount that starts may still reserve, in nano-dollars. The function `cap_left` of the database does the same. */
export function leftOf(cap: Cap, now: Date): bigint {
  const counted = today(cap, now);
  if (counted.blocks_unpriced && counted.unpriced_events > 0n) return -1n;
  return limitOf(cap, now) - BigInt(counted.used_nanos) - BigInt(counted.reserved_nanos);
}

/** Returns the policies in shadow mode that would refuse a start of this estimate. */
export function wouldBlock(caps: readonly Cap[], agentId: string, estimate: bigint, now: Date): string[] {
  return caps
    .filter((cap) => cap.is_shadow && appliesTo(cap, agentId) && leftOf(cap, now) < estimate)
    .map(({ id }) => id);
}

/** Returns the caps after a start reserved its estimate. The statement of `reserve` does the same. */
export function withReserved(caps: readonly Cap[], agentId: string, estimate: bigint): Cap[] {
  return caps.map((cap) =>
    appliesTo(cap, agentId) ? { ...cap, reserved_nanos: String(BigInt(cap.reserved_nanos) + estimate) } : cap,
  );
}

export const appliesTo = ({ agent_id }: Pick<Cap, "agent_id">, agentId: string): boolean =>
  agent_id === null || agent_id === agentId;

/** A level that the used amount of a cap has passed. */
export interface Reached {
  cap: Cap;
  kind: "warning" | "breach";
  /** The agent whose event passed the level. Without an event, that of the cap. */
  agent_id: string | null;
}

export interface Settled {
  cap: Cap;
  reached: Reached[];
}

/** Adds spending in its order, and returns what reservations got back. `late` are the costs without a reservation. */
export function settleCap(
  before: Cap,
  spent: readonly Spent[],
  freed: bigint,
  now: Date,
  late: ReadonlySet<Spent> = new Set(),
): Settled {
  let cap = today(before, now);
  const reached: Reached[] = [];
  for (const event of spent) {
    if (!appliesTo(cap, event.agent_id)) continue;
    const amount = amountOf(cap, event) ?? 0n;
    const used_nanos = String(BigInt(cap.used_nanos) + amount);
    const late_nanos = String(BigInt(cap.late_nanos) + (late.has(event) ? amount : 0n));
    const unpriced_events = cap.unpriced_events + (event.is_unpriced ? 1n : 0n);
    const checked = checkCap({ ...cap, used_nanos, late_nanos, unpriced_events }, event.agent_id, now);
    cap = checked.cap;
    reached.push(...checked.reached);
  }
  return { cap: { ...cap, reserved_nanos: String(BigInt(cap.reserved_nanos) - freed) }, reached };
}

/** Marks the levels that the used amount of the day has passed, each once. Only more than the limit crosses the cap. */
export function checkCap(before: Cap, agent_id: string | null, now: Date): Settled {
  const cap = today(before, now);
  const limit = limitOf(cap, now);
  const used = BigInt(cap.used_nanos);
  const reaches = (percent: number) => used > 0n && used * PERCENT >= limit * BigInt(percent);
  const level = WARNING_LEVELS.findLast(reaches) ?? 0;
  const isWarning = level > cap.warned_percent;
  const isOver = used > limit || (cap.blocks_unpriced && cap.unpriced_events > 0n);
  const isBreach = isOver && !cap.is_crossed;
  const marked = {
    ...cap,
    ...(isWarning && { warned_percent: level, warned_at: now.toISOString() }),
    is_crossed: cap.is_crossed || isOver,
  };
  return {
    cap: marked,
    reached: [
      ...(isWarning ? [{ cap: marked, kind: "warning" as const, agent_id }] : []),
      ...(isBreach ? [{ cap: marked, kind: "breach" as const, agent_id }] : []),
    ],
  };
}

export const amountOf = ({ is_list }: Pick<Cap, "is_list">, event: Spent): bigint | null =>
  is_list ? event.list_cost_nanos : event.cost_nanos;

/** A reservation after spending, with the amounts that it no longer holds. */
export interface Used {
  reservation: Reservation;
  freed: bigint;
  freed_list: bigint;
}

/** The costs of the agent that holds the task use up its reservation. What is above it counts in the caps alone. */
export function useReservation(reservation: Reservation, spent: readonly Spent[]): Used {
  const own = spent.filter(
    ({ task_id, agent_id }) => task_id === reservation.task_id && agent_id === reservation.agent_id,
  );
  const cost = sum(own.map(({ cost_nanos }) => cost_nanos));
  const list = sum(own.map(({ list_cost_nanos }) => list_cost_nanos));
  const freed = least(BigInt(reservation.left_nanos), cost);
  const freed_list = least(BigInt(reservation.left_list_nanos), list);
  return {
    reservation: {
      ...reservation,
      left_nanos: String(BigInt(reservation.left_nanos) - freed),
      left_list_nanos: String(BigInt(reservation.left_list_nanos) - freed_list),
      spent_nanos: String(BigInt(reservation.spent_nanos) + cost),
    },
    freed,
    freed_list,
  };
}

const sum = (amounts: readonly (bigint | null)[]) => amounts.reduce<bigint>((total, one) => total + (one ?? 0n), 0n);
const least = (one: bigint, other: bigint) => (one < other ? one : other);
