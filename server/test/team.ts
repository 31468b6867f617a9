/** A workspace with one worker, and ways to let time pass. */
import { systemActor } from "../src/kernel/actor.ts";
import { sweepTasks } from "../src/tasks/operations/sweep.ts";
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

export function sweep(app: TestApp, workspace: string) {
  return app.call(sweepTasks, systemActor("test", workspace), {});
}
