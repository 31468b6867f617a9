/** Forgets what signing in leaves behind: sessions and links long over, and counts of requests that do not count. */
import type { Job } from "./index.ts";

const FORGET = [
  ["auth.forget-sessions", "select forget_sessions($1) as forgotten"],
  ["auth.forget-links", "select forget_sign_in_links($1) as forgotten"],
  ["auth.forget-request-buckets", "select forget_request_buckets($1) as forgotten"],
] as const;
/** Rows forgotten in one statement. */
const BATCH = 5_000;
const HOUR_MS = 3_600_000;

export const sweepSignIn: Job = {
  name: "sign-in-sweep",
  everyMs: HOUR_MS,
  async run({ app }) {
    for (const [name, text] of FORGET) {
      let forgotten = BATCH;
      while (forgotten === BATCH) {
        const rows = await app.db.outside((tx) => tx.statement<{ forgotten: number }>(name, text, [BATCH]));
        forgotten = rows[0]?.forgotten ?? 0;
      }
    }
  },
};
