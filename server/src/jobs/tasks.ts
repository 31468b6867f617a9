/** Ends leases, marks overdue tasks and lifts refusals whose cause is gone. */
import { sweepTasks as sweep } from "../tasks/operations/sweep.ts";
import type { Job } from "./index.ts";

const WORK_DUE = "select bailiwick_task_work_due() as workspace";

export const sweepTasks: Job = {
  name: "task-sweep",
  everyMs: 1_000,
  async run({ app, dispatch }) {
    const due = await app.db.outside((tx) => tx.statement<{ workspace: string }>("tasks.work-due", WORK_DUE, []));
    for (const { workspace } of due) await dispatch(sweep, workspace);
  },
};
