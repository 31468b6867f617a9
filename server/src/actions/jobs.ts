/** Executes approved actions, ends what nobody decided in time, and forgets old actions. */
import { forgetJob, type Job, type JobContext, sweepJob } from "../kernel/jobs/job.ts";
import { expireActions } from "./operations/expire-actions.ts";
import { type ActionSender, createActionSender } from "./sender.ts";
import { listDueWorkspaces } from "./store/due.ts";

/** An approved action begins within this time. */
const SEND_EVERY_MS = 250;

export const actionJobs = (): readonly Job[] => [
  sendJob(),
  sweepJob({
    name: "actions-over",
    due: "bailiwick_actions_over",
    async turn({ dispatch }, workspace) {
      await dispatch(expireActions, workspace);
      return false;
    },
  }),
  forgetJob("actions-sweep", [
    "bailiwick_forget_actions",
    "bailiwick_forget_action_rules",
    "bailiwick_forget_bypasses",
    "bailiwick_forget_amounts",
  ]),
];

function sendJob(): Job {
  let sender: ActionSender | undefined;
  return {
    name: "actions-send",
    everyMs: SEND_EVERY_MS,
    async run({ db, dispatch, env, stop, onStuck }: JobContext) {
      sender ??= createActionSender({
        db,
        env,
        dispatch,
        stop,
        // A request is not broken off when the server stops: nobody would know if it arrived.
        outside: {
          outgoing: { allowed: env.settings.privateHosts },
          sendMail: (mail) => env.sendMail(mail),
          delivery: env.delivery,
        },
        onError: (error) => (stop.aborted ? undefined : onStuck("actions", error)),
      });
      await sender.begin(await db.outside(listDueWorkspaces));
    },
    async atEnd({ stop }: JobContext) {
      const over = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
      await Promise.race([sender?.idle(), over]);
    },
  };
}
