import { forgetJob, type Job } from "../jobs/job.ts";

/** Deletes idempotent answers that were kept long enough. */
export const dispatchJobs = (): readonly Job[] => [forgetJob("idempotency-sweep", ["bailiwick_forget_answers"])];
