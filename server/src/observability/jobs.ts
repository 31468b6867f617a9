import type { Static } from "typebox";
import { batchJob, forgetJob, type Job, sweepJob } from "../kernel/jobs/job.ts";
import { forgetTelemetry } from "./operations/forget-telemetry.ts";
import { loadPriceList } from "./price-list.ts";

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** The agents and days whose latencies one transaction merges. */
const MERGED_AT_ONCE = 20;

export const observabilityJobs = (): readonly Job[] => [
  // Days are made three days ahead, and an ingest makes its own day when the job is late.
  batchJob({ name: "event-days", everyMs: HOUR_MS, functions: ["bailiwick_keep_event_days"], batch: 1 }),
  // Every process follows the list prices that the operator stores.
  { name: "price-list", everyMs: MINUTE_MS, run: ({ db }) => loadPriceList(db) },
  forgetJob("event-keys-sweep", [
    "bailiwick_forget_event_keys",
    "bailiwick_forget_minutes",
    "bailiwick_forget_series",
    "bailiwick_forget_sessions",
  ]),
  batchJob({
    name: "latencies",
    everyMs: MINUTE_MS,
    functions: ["bailiwick_merge_latencies"],
    batch: MERGED_AT_ONCE,
  }),
  {
    ...sweepJob({
      name: "telemetry-retention",
      due: "bailiwick_retention_due",
      async turn({ dispatch }, workspace) {
        // The dispatcher returns the operation's output.
        const done = (await dispatch(forgetTelemetry, workspace)) as Static<typeof forgetTelemetry.output>;
        return done.has_more;
      },
    }),
    everyMs: HOUR_MS,
  },
];
