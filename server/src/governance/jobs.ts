/** Ends requests and grants in time, reminds people, and adds the backtests of requests. */
import type { Static } from "typebox";
import { forgetJob, type Job, type JobContext, sweepJob } from "../kernel/jobs/job.ts";
import { Problem } from "../kernel/problem.ts";
import { claimEvidence } from "./operations/claim-evidence.ts";
import { expireGovernance } from "./operations/expire-governance.ts";
import { gatherEvidence } from "./operations/gather-evidence.ts";
import { remindRequests } from "./operations/remind-requests.ts";
import { saveEvidence } from "./operations/save-evidence.ts";

/** With growing waits between them, all tries take some minutes. */
export const EVIDENCE_TRIES_MAX = 5;

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
      // The dispatcher returns the operation's output.
      const { id, tries } = (await dispatch(claimEvidence, workspace)) as Static<typeof claimEvidence.output>;
      if (id === null) return false;
      // The last try ended with its process.
      if (tries > EVIDENCE_TRIES_MAX) await dispatch(saveEvidence, workspace, { id });
      else await addEvidence(dispatch, workspace, { id, isLast: tries === EVIDENCE_TRIES_MAX });
      return false;
    },
  }),
  forgetJob("governance-sweep", ["bailiwick_forget_requests", "bailiwick_forget_grants"]),
];

async function addEvidence(
  dispatch: JobContext["dispatch"],
  workspace: string,
  { id, isLast }: { id: string; isLast: boolean },
): Promise<void> {
  try {
    // The dispatcher returns the operation's output.
    const { evidence } = (await dispatch(gatherEvidence, workspace, { id })) as Static<typeof gatherEvidence.output>;
    await dispatch(saveEvidence, workspace, { id, evidence });
  } catch (error) {
    if (isLast) await dispatch(saveEvidence, workspace, { id });
    // Another backtest ran. The next try comes later.
    if (!(error instanceof Problem) || error.code !== "in_flight") throw error;
  }
}
