/** Agents with the role "worker", and tasks for that role. */

import type { Actor } from "../../src/kernel/actor.ts";
import type { NewTask } from "../../src/tasks/new-task.ts";
import { createTask } from "../../src/tasks/operations/create-task.ts";
import { setRole } from "../../src/team/operations/set-role.ts";
import { anAgent } from "./builders.ts";
import { aWorkspace, type TestApp } from "./harness.ts";

export const ROLE = { assigned_role: "worker" } as const;
export type Crew = Awaited<ReturnType<typeof aCrewOf>>;

export async function aCrewOf(app: TestApp, size = 2) {
  const workspace = await aWorkspace(app);
  const { owner } = workspace;
  const workers: Actor[] = [];
  for (let n = 0; n < size; n++) {
    const agent = await anAgent(app, workspace);
    await app.call(setRole, owner, { agent_id: agent.id, role: "worker" });
    workers.push(agent);
  }
  const [first, second] = workers;
  if (!first || !second) throw new Error("A crew has at least two workers.");
  return { workspace, owner, workers, first, second };
}

/** Creates a task for the role unless the fields say who may do it. */
export function createForRole(app: TestApp, by: Actor, fields: Partial<NewTask> = ROLE) {
  return app.call(createTask, by, { title: "Any", ...fields });
}
