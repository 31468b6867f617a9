/** Evaluates risk policies when time alone may cross them, and forgets old events. */
import { forgetJob, type Job, sweepRound } from "../kernel/jobs/job.ts";
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
  forgetJob("risk-sweep", ["bailiwick_forget_risk_events"]),
];
