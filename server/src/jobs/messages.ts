/** Reminds of answers that are due, and passes on those that did not come. */
import type { Static } from "typebox";
import { sweepMessages as sweep } from "../messages/operations/sweep.ts";
import type { Job } from "./index.ts";
import { takeTurns } from "./turns.ts";

const WORK_DUE = "select bailiwick_message_work_due() as workspace";

export const sweepMessages: Job = {
  name: "message-sweep",
  everyMs: 1_000,
  async run({ app, dispatch, stop }) {
    while (!stop.aborted) {
      const due = await app.db.outside((tx) => tx.statement<{ workspace: string }>("messages.work-due", WORK_DUE, []));
      const workspaces = due.map(({ workspace }) => workspace);
      const { hasMore, failures } = await takeTurns(workspaces, async (workspace) => {
        // The dispatcher answers what the operation's output says.
        const { reminded, overdue } = (await dispatch(sweep, workspace)) as Static<typeof sweep.output>;
        return reminded + overdue > 0;
      });
      if (failures.length > 0) throw failures[0];
      if (!hasMore) return;
    }
  },
};
