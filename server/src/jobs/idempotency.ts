/** Forgets idempotent answers that were kept long enough. */
import type { Job } from "./index.ts";

const FORGET = "select bailiwick_forget_answers($1) as forgotten";
/** Answers forgotten in one statement. */
const BATCH = 5_000;
const HOUR_MS = 3_600_000;

export const sweepIdempotencyAnswers: Job = {
  name: "idempotency-sweep",
  everyMs: HOUR_MS,
  async run({ app }) {
    let forgotten = BATCH;
    while (forgotten === BATCH) {
      const rows = await app.db.outside((tx) => tx.statement<{ forgotten: number }>("answers.forget", FORGET, [BATCH]));
      forgotten = rows[0]?.forgotten ?? 0;
    }
  },
};
