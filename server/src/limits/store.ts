import type { PublicTx } from "../kernel/db/db.ts";

export interface Draw {
  bucket: string;
  /** Tokens of a full bucket, and what is refilled in a minute. */
  limit: number;
  /** The tokens that each waiting request needs, in their order. */
  weights: readonly number[];
  /** What the draw before lent, now that it is spent or too old, and in which slice of time it did. */
  spent: number;
  slice: number;
}

/** What a draw brought. */
export interface Drawn {
  /** Enough for all that wait and some more, or exactly what the first of them need. */
  granted: number;
  /** Left for everybody. */
  remaining: number;
  /** Until the first request that did not fit does; without one, until there is a token. */
  wait_ms: number;
  /** What was granted beyond what was wanted may be spent for so long. */
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
  if (!drawn) throw new Error("A draw answers one row.");
  return drawn;
}
