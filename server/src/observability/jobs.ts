import { batchJob, forgetJob, type Job } from "../kernel/jobs/job.ts";

/** Days are made three days ahead, and an ingest makes its own day when the job is late. */
const DAYS_EVERY_MS = 3_600_000;

export const observabilityJobs = (): readonly Job[] => [
  batchJob({ name: "event-days", everyMs: DAYS_EVERY_MS, functions: ["bailiwick_keep_event_days"], batch: 1 }),
  forgetJob("event-keys-sweep", ["bailiwick_forget_event_keys", "bailiwick_forget_minutes"]),
];
