import { batchJob, forgetJob, type Job } from "../jobs/job.ts";

/** A count reads the facts behind the last round one by one. */
const COUNT_EVERY_MS = 15_000;

export const factJobs = (): readonly Job[] => [
  batchJob({ name: "fact-counts", everyMs: COUNT_EVERY_MS, functions: ["bailiwick_count_facts"] }),
  forgetJob("fact-counts-sweep", ["bailiwick_forget_fact_counts"]),
];
