/** Confirms stops whose attempts are over, and forgets old stops. */
import { forgetJob, type Job, sweepRound } from "../kernel/jobs/job.ts";
import { confirmStops } from "./operations/confirm-stops.ts";

const EVERY_MS = 2_000;

export const stopJobs = (): readonly Job[] => [
  {
    name: "stops",
    everyMs: EVERY_MS,
    async run(context) {
      await sweepRound(context, {
        name: "stops",
        due: "bailiwick_stops_due",
        async turn({ dispatch }, workspace) {
          await dispatch(confirmStops, workspace);
          return false;
        },
      });
    },
  },
  forgetJob("stops-sweep", ["bailiwick_forget_stops"]),
];
