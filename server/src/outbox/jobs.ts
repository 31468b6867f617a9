/** Follows the log, sends what is due, and forgets old deliveries. */
import type { Static } from "typebox";
import { forgetJob, type Job, type JobContext, sweepJob } from "../kernel/jobs/job.ts";
import { followFacts } from "./operations/follow-facts.ts";
import { createSender, type Due, type Sender } from "./sender.ts";
import { listDue } from "./store/due.ts";

/** While attempts end, the next ones begin after this time. */
const SEND_EVERY_MS = 250;

export const outboxJobs = (): readonly Job[] => [
  sweepJob({
    name: "outbox-facts",
    due: "bailiwick_outbox_facts_due",
    async turn({ dispatch }, workspace) {
      // The dispatcher returns the operation's output.
      const done = (await dispatch(followFacts, workspace)) as Static<typeof followFacts.output>;
      return done.has_more;
    },
  }),
  sendJob(),
  forgetJob("outbox-sweep", [
    "bailiwick_forget_deliveries",
    "bailiwick_forget_held_deliveries",
    "bailiwick_forget_targets",
  ]),
];

function sendJob(): Job {
  let sender: Sender | undefined;
  return {
    name: "outbox-send",
    everyMs: SEND_EVERY_MS,
    async run({ db, dispatch, env, stop, onStuck }: JobContext) {
      sender ??= createSender({
        dispatch,
        sendMail: (mail) => env.sendMail(mail),
        outgoing: { allowed: env.settings.privateHosts, stop },
        // While the server stops, its connections close.
        onError: (error) => (stop.aborted ? undefined : onStuck("outbox", error)),
      });
      const due: Due[] = await db.outside(listDue);
      await sender.begin(shuffled(due));
    },
  };
}

/** No receiver is always the last. */
function shuffled<T>(list: readonly T[]): T[] {
  const start = Math.floor(Math.random() * list.length);
  return [...list.slice(start), ...list.slice(0, start)];
}
