/** Ends leases, escalates further, marks overdue tasks and lifts refusals whose cause is gone. */
import type { Static } from "typebox";
import { type Backoff, createBackoff } from "../kernel/jobs/backoff.ts";
import { type Job, type JobContext, type Sweep, sweepJob } from "../kernel/jobs/job.ts";
import { endLease } from "./operations/end-lease.ts";
import { endLeases } from "./operations/end-leases.ts";
import { endNext } from "./operations/end-next.ts";
import { BACKOFF_IDS_MAX, findDue } from "./operations/find-due.ts";
import { passOnTask } from "./operations/pass-on-task.ts";
import { storeRefused } from "./operations/store-refused.ts";
import { sweepTimes } from "./operations/sweep-times.ts";
import { addRefused, takeRefused } from "./refused-starts.ts";

type Dispatch = JobContext["dispatch"];

export const taskJobs = (): readonly Job[] => [sweepJob(taskSweep()), sweepJob(timesSweep()), refusedJob()];

const REFUSED_EVERY_MS = 60_000;
const REFUSED_AT_ONCE = 500;

/** Stores the refused claims that this process counted. */
function refusedJob(): Job {
  const job: Job = {
    name: "task-refused",
    everyMs: REFUSED_EVERY_MS,
    async run({ env, dispatch }) {
      const failures: unknown[] = [];
      for (const [workspace, items] of takeRefused(env)) {
        for (let from = 0; from < items.length; from += REFUSED_AT_ONCE) {
          const part = items.slice(from, from + REFUSED_AT_ONCE);
          await dispatch(storeRefused, workspace, { items: part }).catch((error: unknown) => {
            addRefused(env, workspace, part);
            failures.push(error);
          });
        }
      }
      if (failures.length > 0) throw failures[0];
    },
  };
  return { ...job, atEnd: job.run };
}

function taskSweep(): Sweep {
  let backoff: Backoff | undefined;
  return {
    name: "task-sweep",
    due: "bailiwick_task_work_due",
    async turn({ dispatch, onStuck }, workspace) {
      backoff ??= createBackoff(onStuck);
      return (await takeTaskTurn(dispatch, workspace, backoff)).hasMore;
    },
  };
}

/** A separate job, since due times must be handled within seconds and must not wait for leases. */
function timesSweep(): Sweep {
  /** The start of the next look at the blocked tasks, by workspace. */
  const positions = new Map<string, string>();
  return {
    name: "task-times",
    due: "bailiwick_task_times_due",
    async turn({ dispatch }, workspace) {
      const after = positions.get(workspace);
      const input = after ? { after } : {};
      const { next } = (await dispatch(sweepTimes, workspace, input)) as Static<typeof sweepTimes.output>;
      if (next === null) positions.delete(workspace);
      else positions.set(workspace, next);
      return false;
    },
  };
}

export interface TaskTurn {
  escalated: number;
  leases_ended: number;
  /** The ended tasks from the list of `task_endings`. */
  ended_later: number;
  hasMore: boolean;
}

/** Ends, escalates or cancels some tasks of one workspace. A task whose work fails waits before its next attempt. */
export async function takeTaskTurn(dispatch: Dispatch, workspace: string, backoff: Backoff): Promise<TaskTurn> {
  const except = backoff.ids().slice(-BACKOFF_IDS_MAX);
  // The dispatcher returns the operation's output, here and below.
  const due = (await dispatch(findDue, workspace, { except })) as Static<typeof findDue.output>;
  const { leases, escalations, ending_group } = due;
  const turn = { escalated: 0, leases_ended: 0, ended_later: 0, hasMore: false };
  for (const id of escalations) {
    const done = await backoff.attempt(id, () => dispatch(passOnTask, workspace, { id }));
    if ((done as Static<typeof passOnTask.output> | undefined)?.escalated) turn.escalated++;
  }
  if (leases.length > 0) turn.leases_ended = await endAll(dispatch, workspace, leases, backoff);
  if (ending_group !== null) {
    const done = await backoff.attempt(ending_group, () => dispatch(endNext, workspace, { group_id: ending_group }));
    turn.ended_later = (done as Static<typeof endNext.output> | undefined)?.done ?? 0;
  }
  turn.hasMore = turn.ended_later + turn.escalated + turn.leases_ended > 0;
  return turn;
}

/** Ends the simple leases together, and the others one by one. Returns the number of ended leases. */
async function endAll(dispatch: Dispatch, workspace: string, ids: string[], backoff: Backoff): Promise<number> {
  const together = dispatch(endLeases, workspace, { ids }) as Promise<Static<typeof endLeases.output>>;
  // The attempts one by one report the reason for a failure.
  const { ended } = await together.catch(() => ({ ended: [] as string[] }));
  let count = ended.length;
  for (const id of ids.filter((one) => !ended.includes(one))) {
    const done = await backoff.attempt(id, () => dispatch(endLease, workspace, { id }));
    if ((done as Static<typeof endLease.output> | undefined)?.ended) count++;
  }
  return count;
}
