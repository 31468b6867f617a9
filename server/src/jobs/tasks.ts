/** Ends leases, marks overdue tasks and lifts refusals whose cause is gone. */
import type { Static } from "typebox";
import { sweepTasks as sweep } from "../tasks/operations/sweep.ts";
import type { Job, JobContext } from "./index.ts";

const WORK_DUE = "select bailiwick_task_work_due() as workspace";

/** Leases ended and escalations passed on in one workspace before the next one has its turn. */
const LEASES_MAX = 1_000;

export const sweepTasks: Job = {
  name: "task-sweep",
  everyMs: 1_000,
  async run({ app, dispatch }) {
    const due = await app.db.outside((tx) => tx.statement<{ workspace: string }>("tasks.work-due", WORK_DUE, []));
    const failures: unknown[] = [];
    for (const { workspace } of due) {
      // What goes wrong in one workspace keeps no other waiting.
      await sweepWorkspace(dispatch, workspace).catch((error: unknown) => failures.push(error));
    }
    if (failures.length > 0) throw failures[0];
  },
};

async function sweepWorkspace(dispatch: JobContext["dispatch"], workspace: string): Promise<void> {
  for (let ended = 0; ended < LEASES_MAX; ended++) {
    // The dispatcher answers what the operation's output says.
    const { escalated, leases_ended } = (await dispatch(sweep, workspace)) as Static<typeof sweep.output>;
    if (escalated + leases_ended === 0) return;
  }
}
