import type { Static } from "typebox";
import { type Job, sweepJob } from "../kernel/jobs/job.ts";
import { sweepMessages } from "./operations/sweep-messages.ts";

/** Sends reminders of answers that are due, and escalates missing answers. */
export const messageJobs = (): readonly Job[] => [
  sweepJob({
    name: "message-sweep",
    due: "bailiwick_message_work_due",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const done = (await dispatch(sweepMessages, workspace)) as Static<typeof sweepMessages.output>;
      return done.reminded + done.overdue > 0;
    },
  }),
];
