/** Seals the facts of each workspace, off the path of the callers that wrote them, and gives checkpoints to the outside. */
import type { Static } from "typebox";
import { type Backoff, createBackoff } from "../kernel/jobs/backoff.ts";
import { type Job, sweepJob } from "../kernel/jobs/job.ts";
import { writeCheckpoints } from "./checkpoint-files.ts";
import { publishCheckpoint } from "./operations/publish-checkpoint.ts";
import { sealFacts } from "./operations/seal-facts.ts";
import { trimPayloads } from "./operations/trim-payloads.ts";
import { witnessDue } from "./witnessing.ts";

export const auditJobs = (): readonly Job[] => [sealingJob(), publishingJob(), filesJob(), WITNESSING, TRIMMING];

function sealingJob(): Job {
  let backoff: Backoff | undefined;
  const job = sweepJob({
    name: "audit-sealing",
    due: "bailiwick_sealing_due",
    async turn({ dispatch, onStuck }, workspace) {
      backoff ??= createBackoff(onStuck);
      if (backoff.waits(workspace)) return false;
      // A failure must not end the round: the others would then seal one page a second.
      const done = await backoff.attempt(workspace, () => dispatch(sealFacts, workspace));
      // The dispatcher returns the operation's output.
      return (done as Static<typeof sealFacts.output> | undefined)?.has_more ?? false;
    },
  });
  // The last checkpoint covers the facts of the last requests.
  return { ...job, atEnd: job.run };
}

const OUTSIDE_EVERY_MS = 60_000;
const DUE = "select bailiwick_publishing_due($1) as workspace";

/** Each witness of a record has its own time for the next attempt, in the database. */
const WITNESSING: Job = { name: "audit-witnessing", everyMs: OUTSIDE_EVERY_MS, run: witnessDue };

const TRIM_EVERY_MS = 3_600_000;

const TRIMMING: Job = {
  ...sweepJob({
    name: "audit-trimming",
    due: "bailiwick_trimming_due",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const done = (await dispatch(trimPayloads, workspace)) as Static<typeof trimPayloads.output>;
      return done.has_more;
    },
  }),
  everyMs: TRIM_EVERY_MS,
};

/** Gives the checkpoints to those who keep them outside. A workspace that fails waits alone. */
function publishingJob(): Job {
  let backoff: Backoff | undefined;
  return {
    name: "audit-publishing",
    everyMs: OUTSIDE_EVERY_MS,
    async run({ db, env, dispatch, onStuck }) {
      const days = env.settings.checkpointDays;
      if (days === 0) return;
      backoff ??= createBackoff(onStuck);
      const due = await db.outside((tx) => tx.statement<{ workspace: string }>("audit.publishing-due", DUE, [days]));
      for (const { workspace } of due) {
        if (!backoff.waits(workspace))
          await backoff.attempt(workspace, () => dispatch(publishCheckpoint, workspace, { days }));
      }
    },
  };
}

function filesJob(): Job {
  let since = new Date(0).toISOString();
  const job: Job = {
    name: "audit-checkpoint-files",
    everyMs: OUTSIDE_EVERY_MS,
    async run({ db, env }) {
      const folder = env.settings.checkpointDir;
      if (folder !== undefined) since = await writeCheckpoints(db, folder, since);
    },
  };
  return { ...job, atEnd: job.run };
}
