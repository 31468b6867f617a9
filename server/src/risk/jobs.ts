/** Evaluates risk policies when time alone may cross them, and forgets old events. */
import { forgetJob, type Job, sweepJob, sweepRound } from "../kernel/jobs/job.ts";
import { checkLoops } from "./operations/check-loops.ts";
import { enforcePolicies } from "./operations/enforce-policies.ts";

const EVERY_MS = 30_000;

export const riskJobs = (): readonly Job[] => [
  {
    name: "risk",
    everyMs: EVERY_MS,
    async run(context) {
      await sweepRound(context, {
        name: "risk",
        due: "bailiwick_risk_work_due",
        async turn({ dispatch }, workspace) {
          await dispatch(enforcePolicies, workspace);
          return false;
        },
      });
    },
  },
  sweepJob({
    name: "risk-loops",
    due: "bailiwick_loops_due",
    // The output of the operation has this shape.
    turn: async ({ dispatch }, workspace) =>
      ((await dispatch(checkLoops, workspace)) as { has_more: boolean }).has_more,
  }),
  forgetJob("risk-sweep", ["bailiwick_forget_risk_events", "bailiwick_forget_loops", "bailiwick_forget_restarts"]),
];
