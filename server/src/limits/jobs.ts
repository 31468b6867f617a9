import { forgetJob, type Job } from "../kernel/jobs/job.ts";

/** Deletes buckets that are full again. */
export const limitJobs = (): readonly Job[] => [forgetJob("request-allowance-sweep", ["sweep_request_allowances"])];
