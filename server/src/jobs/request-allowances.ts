/** Forgets who asked for something long ago: their buckets are full again. */
import type { Job } from "./index.ts";

const SWEEP = "select sweep_request_allowances($1) as swept";
/** Buckets forgotten in one statement. */
const BATCH = 5_000;
const HOUR_MS = 3_600_000;

export const sweepRequestAllowances: Job = {
  name: "request-allowance-sweep",
  everyMs: HOUR_MS,
  async run({ app }) {
    let swept = BATCH;
    while (swept === BATCH) {
      const rows = await app.db.outside((tx) => tx.statement<{ swept: number }>("allowances.sweep", SWEEP, [BATCH]));
      swept = rows[0]?.swept ?? 0;
    }
  },
};
