/** Reminds of answers that are due, and passes on those that did not come. */
import type { Static } from "typebox";
import { sweepMessages as sweep } from "../messages/operations/sweep.ts";
import type { Job, JobContext } from "./index.ts";

const WORK_DUE = "select bailiwick_message_work_due() as workspace";

/** Batches of one workspace before the next one has its turn. */
const BATCHES_MAX = 50;

export const sweepMessages: Job = {
  name: "message-sweep",
  everyMs: 1_000,
  async run({ app, dispatch }) {
    const due = await app.db.outside((tx) => tx.statement<{ workspace: string }>("messages.work-due", WORK_DUE, []));
    const failures: unknown[] = [];
    for (const { workspace } of due) {
      // What goes wrong in one workspace keeps no other waiting.
      await sweepWorkspace(dispatch, workspace).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  },
};

async function sweepWorkspace(dispatch: JobContext["dispatch"], workspace: string): Promise<void> {
  for (let batch = 0; batch < BATCHES_MAX; batch++) {
    // The dispatcher answers what the operation's output says.
    const { reminded, overdue } = (await dispatch(sweep, workspace)) as Static<typeof sweep.output>;
    if (reminded + overdue === 0) return;
  }
}
