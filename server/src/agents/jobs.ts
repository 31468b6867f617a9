/** Seals secrets that an earlier version left in stored configurations. */
import type { Static } from "typebox";
import { type Job, sweepJob } from "../kernel/jobs/job.ts";
import { sealStoredSecrets } from "./operations/seal-stored-secrets.ts";

/** Work appears only after an update, and while an older server still writes. */
const EVERY_MS = 60_000;

export const agentJobs = (): readonly Job[] => [
  {
    ...sweepJob({
      name: "agent-secrets",
      due: "bailiwick_agent_secrets_due",
      async turn({ dispatch }, workspace) {
        // The dispatcher returns the operation's output.
        const done = (await dispatch(sealStoredSecrets, workspace)) as Static<typeof sealStoredSecrets.output>;
        return done.agents + done.revisions > 0;
      },
    }),
    everyMs: EVERY_MS,
  },
];
