/** Sends queued tasks to push agents. */
import type { Job, JobContext } from "../kernel/jobs/job.ts";
import { createPushSender, type PushSender } from "./sender.ts";
import { listDueAgents } from "./store.ts";

/** A queued task is sent within this time. */
const SEND_EVERY_MS = 250;

export const externalAgentJobs = (): readonly Job[] => {
  let sender: PushSender | undefined;
  return [
    {
      name: "push-send",
      everyMs: SEND_EVERY_MS,
      async run({ db, env, dispatch, dispatchFor, stop, onStuck }: JobContext) {
        sender ??= createPushSender({
          db,
          env,
          dispatch,
          dispatchFor,
          stop,
          // A push is not broken off when the server stops: the agent may work on the task already.
          outgoing: { allowed: env.settings.privateHosts },
          onError: (error) => (stop.aborted ? undefined : onStuck("pushes", error)),
        });
        await sender.begin(await db.outside(listDueAgents));
      },
      async atEnd({ stop }: JobContext) {
        const over = new Promise<void>((resolve) => stop.addEventListener("abort", () => resolve(), { once: true }));
        await Promise.race([sender?.idle(), over]);
      },
    },
  ];
};
