/** Ends leases, takes escalations on, marks overdue tasks and lifts refusals whose cause is gone. */
import type { Static } from "typebox";
import { endLease } from "../tasks/operations/end-lease.ts";
import { endLeases } from "../tasks/operations/end-leases.ts";
import { endNext } from "../tasks/operations/end-next.ts";
import { findDue, LEFT_ALONE_MAX } from "../tasks/operations/find-due.ts";
import { passOnTask } from "../tasks/operations/pass-on.ts";
import { sweepTimes } from "../tasks/operations/sweep-times.ts";
import type { Job, JobContext } from "./index.ts";
import { createLeftAlone, type LeftAlone } from "./left-alone.ts";
import { takeTurns } from "./turns.ts";

type Dispatch = JobContext["dispatch"];

const WORK_DUE = "select bailiwick_task_work_due() as workspace";
const TIMES_DUE = "select bailiwick_task_times_due() as workspace";

export interface TaskTurn {
  escalated: number;
  leases_ended: number;
  /** Tasks that were on the list of those about to end. */
  ended_later: number;
  hasMore: boolean;
}

/** A few tasks of one workspace. Each that fails waits alone. */
export async function takeTaskTurn(dispatch: Dispatch, workspace: string, alone: LeftAlone): Promise<TaskTurn> {
  const except = alone.ids().slice(-LEFT_ALONE_MAX);
  // The dispatcher answers what the operation's output says, here and below.
  const due = (await dispatch(findDue, workspace, { except })) as Static<typeof findDue.output>;
  const { leases, escalations, ending_group } = due;
  const turn = { escalated: 0, leases_ended: 0, ended_later: 0, hasMore: false };
  for (const id of escalations) {
    const done = await alone.attempt(id, () => dispatch(passOnTask, workspace, { id }));
    if ((done as Static<typeof passOnTask.output> | undefined)?.escalated) turn.escalated++;
  }
  if (leases.length > 0) turn.leases_ended = await endAll(dispatch, workspace, leases, alone);
  if (ending_group !== null) {
    const done = await alone.attempt(ending_group, () => dispatch(endNext, workspace, { group_id: ending_group }));
    turn.ended_later = (done as Static<typeof endNext.output> | undefined)?.done ?? 0;
  }
  turn.hasMore = turn.ended_later + turn.escalated + turn.leases_ended > 0;
  return turn;
}

/** Those that are simple end together; when they cannot, or are not simple, one by one. Returns how many ended. */
async function endAll(dispatch: Dispatch, workspace: string, ids: string[], alone: LeftAlone): Promise<number> {
  const together = dispatch(endLeases, workspace, { ids }) as Promise<Static<typeof endLeases.output>>;
  // Why they could not is found out by ending each alone.
  const { ended } = await together.catch(() => ({ ended: [] as string[] }));
  let count = ended.length;
  for (const id of ids.filter((one) => !ended.includes(one))) {
    const done = await alone.attempt(id, () => dispatch(endLease, workspace, { id }));
    if ((done as Static<typeof endLease.output> | undefined)?.ended) count++;
  }
  return count;
}

export function createTaskSweep(onStuck: (id: string, error: unknown) => void): Job {
  const alone = createLeftAlone(onStuck);
  return {
    name: "task-sweep",
    everyMs: 1_000,
    async run(context) {
      const turn = (workspace: string) => takeTaskTurn(context.dispatch, workspace, alone);
      while (!context.stop.aborted) {
        const hasMore = await taskRound(context, turn);
        if (!hasMore) return;
      }
    },
  };
}

/** One turn for each workspace that has something due. */
export async function taskRound(
  { app }: Pick<JobContext, "app">,
  turn: (workspace: string) => Promise<{ hasMore: boolean }>,
): Promise<boolean> {
  const due = await app.db.outside((tx) => tx.statement<{ workspace: string }>("tasks.work-due", WORK_DUE, []));
  const { hasMore, failures } = await takeTurns(
    due.map(({ workspace }) => workspace),
    async (workspace) => (await turn(workspace)).hasMore,
  );
  if (failures.length > 0) throw failures[0];
  return hasMore;
}

/** In a loop of its own: what must be seen within seconds never waits for leases. */
export function createTimesSweep(): Job {
  /** Where the next look at the blocked tasks of a workspace begins. */
  const positions = new Map<string, string>();
  return {
    name: "task-times",
    everyMs: 1_000,
    async run({ app, dispatch }) {
      const due = await app.db.outside((tx) => tx.statement<{ workspace: string }>("tasks.times-due", TIMES_DUE, []));
      const workspaces = due.map(({ workspace }) => workspace);
      const { failures } = await takeTurns(workspaces, async (workspace) => {
        const after = positions.get(workspace);
        const { next } = (await dispatch(sweepTimes, workspace, after ? { after } : {})) as Static<
          typeof sweepTimes.output
        >;
        if (next === null) positions.delete(workspace);
        else positions.set(workspace, next);
        return false;
      });
      if (failures.length > 0) throw failures[0];
    },
  };
}
