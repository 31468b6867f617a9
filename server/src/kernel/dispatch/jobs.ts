import { forgetJob, type Job } from "../jobs/job.ts";

/** Deletes expired idempotent answers. */
export const dispatchJobs = (): readonly Job[] => [forgetJob("idempotency-sweep", ["bailiwick_forget_answers"])];
