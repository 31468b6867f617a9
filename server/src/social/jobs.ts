/** Syncs the accounts once a day, and forgets old pages and figures. */
import type { Static } from "typebox";
import { forgetJob, type Job, sweepJob } from "../kernel/jobs/job.ts";
import { syncDue } from "./operations/sync-due.ts";
import { takeSync } from "./operations/take-sync.ts";

export const socialJobs = (): readonly Job[] => [
  sweepJob({
    name: "social-sync",
    due: "bailiwick_social_due",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const { agent_id } = (await dispatch(takeSync, workspace)) as Static<typeof takeSync.output>;
      if (agent_id === null) return false;
      await dispatch(syncDue, workspace, { agent_id });
      return true;
    },
  }),
  forgetJob("social-sweep", [
    "bailiwick_forget_social_pages",
    "bailiwick_forget_social_votes",
    "bailiwick_forget_social_posts",
    "bailiwick_forget_social_days",
  ]),
];
