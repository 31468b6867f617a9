/** A workspace with one worker, and functions that let time pass. */

import { systemActor } from "../../src/kernel/actor.ts";
import { createBackoff } from "../../src/kernel/jobs/backoff.ts";
import type { Job, JobContext } from "../../src/kernel/jobs/job.ts";
import { takeTaskTurn } from "../../src/tasks/jobs.ts";
import { sweepTimes } from "../../src/tasks/operations/sweep-times.ts";
import { anAgent } from "./builders.ts";
import { aWorkspace, type TestApp } from "./harness.ts";

export async function aTeam(app: TestApp, tier?: string) {
  const workspace = await aWorkspace(app, tier);
  const worker = await anAgent(app, workspace);
  return { workspace, owner: workspace.owner, worker };
}

/** Moves the clock forward while `work` runs. */
export async function later<T>(app: TestApp, seconds: number, work: () => Promise<T>): Promise<T> {
  app.clock.offsetMs += seconds * 1_000;
  try {
    return await work();
  } finally {
    app.clock.offsetMs -= seconds * 1_000;
  }
}

/** Dispatches operations as jobs do. */
export function dispatchOn(app: TestApp): JobContext["dispatch"] {
  return (operation, workspace, input = {}) =>
    app.call(operation, systemActor("test", workspace), input as never) as Promise<unknown>;
}

/** Dispatches operations for an agent, as jobs do. */
export const dispatchForOn =
  (app: TestApp): JobContext["dispatchFor"] =>
  (operation, agent, input) =>
    app.call(operation, agent, input as never) as Promise<unknown>;

/** The context of jobs. Work that fails repeatedly fails the test. */
export function jobContext(app: TestApp): JobContext {
  const onStuck = (_id: string, error: unknown) => {
    throw error;
  };
  return {
    db: app.db,
    env: app.env,
    dispatch: dispatchOn(app),
    dispatchFor: dispatchForOn(app),
    onStuck,
    stop: new AbortController().signal,
  };
}

export async function runJobs(app: TestApp, jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) await job.run(jobContext(app));
}

/** Runs one turn of each sweep of tasks in one workspace. A failure of the sweep fails the test. */
export async function sweep(app: TestApp, workspace: string) {
  const stuck: unknown[] = [];
  const backoff = createBackoff((_, error) => stuck.push(error), { failuresReported: 1 });
  const { escalated, leases_ended, ended_later } = await takeTaskTurn(dispatchOn(app), workspace, backoff);
  if (stuck.length > 0) throw stuck[0];
  const { overdue, unblocked } = await app.call(sweepTimes, systemActor("test", workspace), {});
  return { escalated, leases_ended, ended_later, overdue, unblocked };
}
