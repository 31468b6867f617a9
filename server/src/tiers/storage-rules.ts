/** The limit on the bytes that a workspace may store in a day. Pure. */

import type { PastQuota } from "../kernel/dispatch/stored-bytes.ts";
import type { Problem } from "../kernel/problem.ts";
import { type Tier, tierProblem } from "./rules.ts";

/** The smallest draw of a server, so that most commands cost no statement. */
export const BLOCK_BYTES = 1_048_576;
/** Commands that end work may use this many times the daily limit. */
const OVERDRAFT_FACTOR = 2;

/** Returns the bytes of a draw: `wanted` or a whole block, or less if the day has less left. */
export function grantOf(
  { used, limit }: { used: number; limit: number },
  wanted: number,
  pastQuota: PastQuota | undefined,
): number {
  const left = Math.max(0, limit - used);
  if (wanted <= left) return Math.min(left, Math.max(wanted, BLOCK_BYTES));
  switch (pastQuota) {
    case "passes":
      return wanted;
    case "overdraws":
      // No more than `wanted`: other commands could spend the rest of a block beyond the limit.
      return Math.min(wanted, Math.max(0, OVERDRAFT_FACTOR * limit - used));
    case undefined:
      return left;
    default:
      return pastQuota satisfies never;
  }
}

export interface Day {
  /** In UTC, as YYYY-MM-DD. */
  date: string;
  lastsMs: number;
  endsAt: string;
}

export function dayOf(now: Date): Day {
  const ends = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + 1);
  return { date: now.toISOString().slice(0, 10), lastsMs: ends - now.getTime(), endsAt: new Date(ends).toISOString() };
}

export function storageProblem(tier: Tier, used: number, day: Day): Problem {
  const limit = tier.limits.stored_bytes_per_day;
  const text = `The bytes that this workspace may store in a day are used up: ${used} of ${limit} on the ${tier.tier_name} tier.`;
  return tierProblem(text, {
    tier_name: tier.tier_name,
    limit_name: "stored_bytes_per_day",
    limit,
    used,
    resets_at: day.endsAt,
  });
}
