/** How much a workspace may store in a day, and the refusal beyond that. */

import type { PastQuota } from "../kernel/dispatch/stored-bytes.ts";
import type { Problem } from "../kernel/problem.ts";
import { type Tier, tierProblem } from "./rules.ts";

/** A server draws at least so much at once, so that most commands cost no statement. */
export const BLOCK_BYTES = 1_048_576;
/** What ends work may go on until so many times the limit are used. */
const OVERDRAFT = 2;

/** The bytes that a draw brings: what is wanted or a block, and less where the day has less left. */
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
      // No more than is wanted: a block beyond the limit would let others pass as well.
      return Math.min(wanted, Math.max(0, OVERDRAFT * limit - used));
    case undefined:
      return left;
    default:
      return pastQuota satisfies never;
  }
}

export interface Day {
  /** YYYY-MM-DD, in UTC. */
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
