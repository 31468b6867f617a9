import { forgetJob, type Job } from "../kernel/jobs/job.ts";

/** Deletes device codes that are no longer valid. */
export const deviceJobs = (): readonly Job[] => [forgetJob("device-sweep", ["forget_device_codes"])];
