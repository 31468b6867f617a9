/** Rolls up the decisions of past minutes, and forgets old rules. */
import type { Static } from "typebox";
import { forgetJob, type Job, sweepJob } from "../kernel/jobs/job.ts";
import { rollUp } from "./operations/roll-up.ts";

export const toolGateJobs = (): readonly Job[] => [
  sweepJob({
    name: "gate-tallies",
    due: "bailiwick_gate_tallies_over",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const done = (await dispatch(rollUp, workspace)) as Static<typeof rollUp.output>;
      return done.has_more;
    },
  }),
  forgetJob("gate-sweep", ["bailiwick_forget_gate_rules"]),
];
