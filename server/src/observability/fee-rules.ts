/** Spreads monthly fees over days. Pure. */
import type { FeeRow } from "./fee-schema.ts";

const DAY_MS = 86_400_000;

export interface DaysOfFees {
  from: string;
  to: string;
}

/**
 * Returns the amount of a fee on a day, in nano-dollars. The days of a whole month add up to the fee: each day has what
 * the month has reached with it, less what it had reached before.
 */
export function feeOnDay({ monthly_nanos, first_day, last_day }: FeeRow, day: string): bigint {
  if (day < first_day || (last_day !== null && day > last_day)) return 0n;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  const days = BigInt(new Date(Date.UTC(year, month, 0)).getUTCDate());
  const reached = (until: number) => (monthly_nanos * BigInt(until)) / days;
  return reached(date) - reached(date - 1);
}

/** Returns the amount of the fees on each day. */
export function feesByDay(fees: readonly FeeRow[], { from, to }: DaysOfFees): Map<string, bigint> {
  const amounts = new Map<string, bigint>();
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += DAY_MS) {
    const day = new Date(ms).toISOString().slice(0, 10);
    amounts.set(
      day,
      fees.reduce((sum, fee) => sum + feeOnDay(fee, day), 0n),
    );
  }
  return amounts;
}

export function sumOfFees(fees: readonly FeeRow[], days: DaysOfFees): bigint {
  return [...feesByDay(fees, days).values()].reduce((sum, nanos) => sum + nanos, 0n);
}
