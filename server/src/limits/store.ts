import type { PublicTx } from "../kernel/db/tx.ts";

export interface Draw {
  bucket: string;
  /** The tokens of a full bucket, which are also the tokens refilled in a minute. */
  limit: number;
  /** The tokens that each waiting request needs, in the order of the requests. */
  weights: readonly number[];
  /** The tokens of the previous draw that are spent or expired, and the time slice of that draw. */
  spent: number;
  slice: number;
}

export interface Drawn {
  /** Enough tokens for all waiting requests and some more, or the exact tokens that the first ones need. */
  granted: number;
  /** The tokens that are left in the database. */
  remaining: number;
  /** The time until the first refused request fits. If none was refused, the time until there is one token. */
  wait_ms: number;
  /** The time for which the extra tokens may be spent. */
  lasts_ms: number;
  slice: number;
}

export async function drawRequests(
  tx: Pick<PublicTx, "statement">,
  { bucket, limit, weights, spent, slice }: Draw,
): Promise<Drawn> {
  const [drawn] = await tx.statement<Drawn>(
    "auth.draw-requests",
    "select granted, remaining, wait_ms, lasts_ms, slice from draw_requests($1, $2, $3, $4, $5)",
    [bucket, limit, weights, spent, slice],
  );
  if (!drawn) throw new Error("draw_requests returned no row.");
  return drawn;
}
