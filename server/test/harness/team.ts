/** A workspace with one worker, and ways to let time pass. */

import type { JobContext } from "../../src/jobs/index.ts";
import { createLeftAlone } from "../../src/jobs/left-alone.ts";
import { takeTaskTurn } from "../../src/jobs/tasks.ts";
import { systemActor } from "../../src/kernel/actor.ts";
import { sweepTimes } from "../../src/tasks/operations/sweep-times.ts";
import { anAgent } from "./builders.ts";
import { aWorkspace, type TestApp } from "./harness.ts";

export async function aTeam(app: TestApp, tier?: string) {
  const workspace = await aWorkspace(app, tier);
  const worker = await anAgent(app, workspace);
  return { workspace, owner: workspace.owner, worker };
}

/** Moves the clock for the length of one piece of work. */
export async function later<T>(app: TestApp, seconds: number, work: () => Promise<T>): Promise<T> {
  app.clock.offsetMs += seconds * 1_000;
  try {
    return await work();
  } finally {
    app.clock.offsetMs -= seconds * 1_000;
  }
}

/** How jobs dispatch. */
export function dispatchOn(app: TestApp): JobContext["dispatch"] {
  return (operation, workspace, input = {}) =>
    app.call(operation, systemActor("test", workspace), input as never) as Promise<unknown>;
}

/** One turn of each sweep of tasks in one workspace. What fails in it fails the test. */
export async function sweep(app: TestApp, workspace: string) {
  const stuck: unknown[] = [];
  const alone = createLeftAlone((_, error) => stuck.push(error), { failuresTold: 1 });
  const { escalated, leases_ended, ended_later } = await takeTaskTurn(dispatchOn(app), workspace, alone);
  if (stuck.length > 0) throw stuck[0];
  const { overdue, unblocked } = await app.call(sweepTimes, systemActor("test", workspace), {});
  return { escalated, leases_ended, ended_later, overdue, unblocked };
}
