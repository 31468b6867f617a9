import { forgetJob, type Job } from "../kernel/jobs/job.ts";

/** Deletes sessions and links that ended long ago, and counts of requests that count no more. */
export const authJobs = (): readonly Job[] => [
  forgetJob("sign-in-sweep", ["forget_sessions", "forget_sign_in_links", "forget_request_buckets"]),
];
