/** Looks for rows whose keys hold by construction alone: none may point to a row that is not there. */
import type { Job } from "../kernel/jobs/job.ts";

const COUNT = "select kind, orphans::int as orphans from bailiwick_count_orphans() where orphans > 0";
const DAY_MS = 86_400_000;

export const countOrphans: Job = {
  name: "orphans",
  everyMs: DAY_MS,
  async run({ db }) {
    const found = await db.outside((tx) => tx.statement<{ kind: string; orphans: number }>("orphans", COUNT, []));
    if (found.length === 0) return;
    throw new Error(`Rows point to nothing: ${found.map(({ kind, orphans }) => `${orphans} × ${kind}`).join(", ")}.`);
  },
};
