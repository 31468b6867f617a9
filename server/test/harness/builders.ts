/** Creates valid rows with short calls. */
import { createAgent } from "../../src/agents/operations/create-agent.ts";
import type { Actor } from "../../src/kernel/actor.ts";
import type { NewTask } from "../../src/tasks/new-task.ts";
import { claimTasks } from "../../src/tasks/operations/claim-tasks.ts";
import { createTask } from "../../src/tasks/operations/create-task.ts";
import type { Task } from "../../src/tasks/schema.ts";
import { agentActor, type TestApp, type TestWorkspace } from "./harness.ts";

/** A new agent, as the actor of its key. */
export async function anAgent(
  app: TestApp,
  workspace: TestWorkspace,
  fields: Record<string, unknown> = {},
): Promise<Actor> {
  const agent = await app.call(createAgent, workspace.owner, { name: "Worker", ...fields });
  return agentActor(workspace.id, agent.id);
}

export async function aTask(app: TestApp, by: Actor, assignee: Actor, fields: Partial<NewTask> = {}): Promise<Task> {
  return app.call(createTask, by, { title: "A task", assigned_to_agent_id: assignee.id, ...fields });
}

export type HeldTask = Task & { fence: number };

/** Claims the agent's next task. Throws when there is none. */
export async function aClaim(app: TestApp, agent: Actor, lease_seconds = 60): Promise<HeldTask> {
  const { items } = await app.call(claimTasks, agent, { lease_seconds });
  const [task] = items;
  if (task?.fence === undefined) throw new Error("There was nothing to claim.");
  return { ...task, fence: task.fence };
}

/** A task that the agent runs. */
export async function aRunningTask(
  app: TestApp,
  by: Actor,
  assignee: Actor,
  fields: Partial<NewTask> = {},
): Promise<HeldTask> {
  // Before all other tasks of the agent: the highest priority that the rules of the team allow.
  await aTask(app, by, assignee, { priority: by.kind === "agent" ? 10 : 1_000_000, ...fields });
  return aClaim(app, assignee);
}
