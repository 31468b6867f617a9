/** Ends requests and grants in time, reminds people, and adds the backtests of requests. */
import type { Static } from "typebox";
import { forgetJob, type Job, sweepJob } from "../kernel/jobs/job.ts";
import { Problem } from "../kernel/problem.ts";
import { expireGovernance } from "./operations/expire-governance.ts";
import { gatherEvidence } from "./operations/gather-evidence.ts";
import { remindRequests } from "./operations/remind-requests.ts";
import { saveEvidence } from "./operations/save-evidence.ts";

export const governanceJobs = (): readonly Job[] => [
  sweepJob({
    name: "governance",
    due: "bailiwick_governance_due",
    async turn({ dispatch }, workspace) {
      await dispatch(expireGovernance, workspace);
      await dispatch(remindRequests, workspace);
      return false;
    },
  }),
  sweepJob({
    name: "governance-evidence",
    due: "bailiwick_evidence_due",
    async turn({ dispatch }, workspace) {
      try {
        // The dispatcher returns the operation's output.
        const found = (await dispatch(gatherEvidence, workspace)) as Static<typeof gatherEvidence.output>;
        if (found.id !== null) await dispatch(saveEvidence, workspace, found);
      } catch (error) {
        // Another backtest runs. The next round tries again.
        if (!(error instanceof Problem) || error.code !== "in_flight") throw error;
      }
      return false;
    },
  }),
  forgetJob("governance-sweep", ["bailiwick_forget_requests", "bailiwick_forget_grants"]),
];
