/** Gives back what calls hold whose process is gone. */
import { batchJob, type Job } from "../kernel/jobs/job.ts";

const FREE_EVERY_MS = 15_000;

export const gatewayJobs = (): readonly Job[] => [
  batchJob({ name: "gateway-calls", everyMs: FREE_EVERY_MS, functions: ["bailiwick_free_calls"], batch: 1_000 }),
];
