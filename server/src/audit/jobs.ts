/** Seals the facts of each workspace, off the path of the callers that wrote them. */
import type { Static } from "typebox";
import { type Job, sweepJob } from "../kernel/jobs/job.ts";
import { sealFacts } from "./operations/seal-facts.ts";

export const auditJobs = (): readonly Job[] => [
  sweepJob({
    name: "audit-sealing",
    due: "bailiwick_sealing_due",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const done = (await dispatch(sealFacts, workspace)) as Static<typeof sealFacts.output>;
      return done.has_more;
    },
  }),
];
