/** Evaluates alert rules, and forgets old alerts. */
import type { Static } from "typebox";
import { forgetJob, type Job, sweepJob } from "../kernel/jobs/job.ts";
import { evaluateRules } from "./operations/evaluate-rules.ts";

export const alertJobs = (): readonly Job[] => [
  sweepJob({
    name: "alerts",
    due: "bailiwick_alert_work_due",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const done = (await dispatch(evaluateRules, workspace)) as Static<typeof evaluateRules.output>;
      return done.has_more;
    },
  }),
  forgetJob("alerts-sweep", ["bailiwick_forget_alerts"]),
];
