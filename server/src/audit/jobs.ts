/** Seals the facts of each workspace, off the path of the callers that wrote them. */
import type { Static } from "typebox";
import { type Backoff, createBackoff } from "../kernel/jobs/backoff.ts";
import { type Job, sweepJob } from "../kernel/jobs/job.ts";
import { sealFacts } from "./operations/seal-facts.ts";

export const auditJobs = (): readonly Job[] => [sealingJob()];

function sealingJob(): Job {
  let backoff: Backoff | undefined;
  const job = sweepJob({
    name: "audit-sealing",
    due: "bailiwick_sealing_due",
    async turn({ dispatch, onStuck }, workspace) {
      backoff ??= createBackoff(onStuck);
      if (backoff.waits(workspace)) return false;
      // A failure must not end the round: the others would then seal one page a second.
      const done = await backoff.attempt(workspace, () => dispatch(sealFacts, workspace));
      // The dispatcher returns the operation's output.
      return (done as Static<typeof sealFacts.output> | undefined)?.has_more ?? false;
    },
  });
  // The last checkpoint covers the facts of the last requests.
  return { ...job, atEnd: job.run };
}
