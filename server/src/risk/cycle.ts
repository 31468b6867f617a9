/** Gives each workspace whose policies time alone may cross a turn, within a budget of time. */
import type { JobContext } from "../kernel/jobs/job.ts";
import { BUDGET, startTimer } from "./budget.ts";
import { enforcePolicies } from "./operations/enforce-policies.ts";
import { endTurn, listTurnsDue, takeTurn } from "./store/turns.ts";

/** Workspaces that have their turn at the same time. */
const PARALLEL_TURNS = 3;

export interface Cycle {
  turns: number;
  failures: unknown[];
  /** The budget was used up before all workspaces had their turn, or before one of them was done. */
  isTruncated: boolean;
}

/**
 * The workspace that waits longest comes first, so that a cycle goes on where the one before stopped, also that of another
 * process. A workspace has one turn in a cycle, and a turn has a budget of its own. A failure does not stop the others.
 */
export async function runCycle({ db, env, dispatch, stop }: JobContext): Promise<Cycle> {
  const budget = env.riskBudget ?? BUDGET;
  const hasTime = startTimer(budget, budget.ms);
  const waiting = await db.outside(listTurnsDue);
  const cycle: Cycle = { turns: 0, failures: [], isTruncated: false };
  async function turn(workspace: string): Promise<void> {
    if (!(await db.outside((tx) => takeTurn(tx, workspace)))) return;
    cycle.turns++;
    try {
      // The output of the operation has this field.
      const { truncated } = (await dispatch(enforcePolicies, workspace)) as { truncated: boolean };
      if (truncated) cycle.isTruncated = true;
    } finally {
      await db.outside((tx) => endTurn(tx, workspace));
    }
  }
  async function worker(): Promise<void> {
    while (hasTime() && !stop.aborted) {
      const next = waiting.shift();
      if (next === undefined) return;
      await turn(next).catch((error: unknown) => cycle.failures.push(error));
    }
  }
  await Promise.all(Array.from({ length: PARALLEL_TURNS }, worker));
  if (waiting.length > 0) cycle.isTruncated = true;
  return cycle;
}
