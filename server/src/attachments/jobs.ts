import { forgetJob, type Job } from "../kernel/jobs/job.ts";

/** The files that one statement deletes. Each may have a hundred rows. */
const FILES_AT_ONCE = 20;

/** Deletes bytes that no attachment refers to: removed files, and uploads that did not end. */
export const attachmentJobs = (): readonly Job[] => [
  forgetJob("attachment-sweep", ["forget_attachment_contents"], FILES_AT_ONCE),
];
