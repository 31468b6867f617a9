/** Evaluates risk policies when time alone may cross them, and forgets old events. */
import { freeReservations } from "../caps/index.ts";
import { forgetJob, type Job, sweepJob } from "../kernel/jobs/job.ts";
import { runCycle } from "./cycle.ts";
import { countCycle } from "./cycle-counts.ts";
import { checkLoops } from "./operations/check-loops.ts";

const EVERY_MS = 30_000;
const FREE_EVERY_MS = 300_000;

export const riskJobs = (): readonly Job[] => [
  {
    name: "risk",
    everyMs: EVERY_MS,
    async run(context) {
      const cycle = await runCycle(context);
      countCycle(cycle);
      if (cycle.failures.length > 0) throw cycle.failures[0];
    },
  },
  sweepJob({
    name: "risk-loops",
    due: "bailiwick_loops_due",
    // The output of the operation has this shape.
    turn: async ({ dispatch }, workspace) =>
      ((await dispatch(checkLoops, workspace)) as { has_more: boolean }).has_more,
  }),
  {
    name: "reservations",
    everyMs: FREE_EVERY_MS,
    async run({ db }) {
      const freed = await db.outside(freeReservations);
      if (freed > 0) throw new Error(`${freed} reservations had outlived their attempts. They were returned.`);
    },
  },
  forgetJob("risk-sweep", ["bailiwick_forget_risk_events", "bailiwick_forget_loops", "bailiwick_forget_restarts"]),
];
