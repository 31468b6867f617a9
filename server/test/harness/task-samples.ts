/** A valid input for every operation of tasks. */
import type { NewTask } from "../../src/tasks/new-task.ts";
import { addTaskEvent } from "../../src/tasks/operations/add-task-event.ts";
import { assignTask } from "../../src/tasks/operations/assign-task.ts";
import { blockTask } from "../../src/tasks/operations/block-task.ts";
import { cancelTask } from "../../src/tasks/operations/cancel-task.ts";
import { completeTask } from "../../src/tasks/operations/complete-task.ts";
import { listTaskEvents } from "../../src/tasks/operations/list-task-events.ts";
import { aRunningTask, aTask } from "./builders.ts";
import type { Sample, Scene } from "./scene.ts";

const queued = ({ app, agent }: Scene, fields: Partial<NewTask> = {}) => aTask(app, agent, agent, fields);
export const lastHour = async () => ({ from: new Date(Date.now() - 3_600_000).toISOString() });
export const running = ({ app, agent }: Scene) => aRunningTask(app, agent, agent);

async function held(scene: Scene) {
  const { id, fence } = await running(scene);
  return { id, fence };
}

/** A queued task, and the result of a holder from which a person took it. */
async function aLateResult({ app, owner, agent, other }: Scene) {
  const { id, fence } = await aRunningTask(app, agent, agent);
  for (const to of [other, agent]) await app.call(assignTask, owner, { id, assigned_to_agent_id: to.id });
  await app.call(completeTask, agent, { id, fence, output: "late" }).catch(() => undefined);
  const { items } = await app.call(listTaskEvents, agent, { id });
  return { id, event_id: items.at(-1)?.id };
}

export const TASK_SAMPLES: Record<string, Sample> = {
  "tasks.create": {
    by: "agent",
    async input(scene) {
      const [parent, dependency] = [await running(scene), await queued(scene)];
      const fields = { title: "A task", assigned_to_agent_id: scene.other.id, input: { any: "thing" } };
      return { ...fields, parent_task_id: parent.id, depends_on: [dependency.id] };
    },
  },
  "tasks.list": {
    by: "agent",
    async input(scene) {
      const parent = await running(scene);
      await aTask(scene.app, scene.agent, scene.agent, { parent_task_id: parent.id });
      const above = { parent_task_id: parent.id, root_task_id: parent.id };
      return { ...above, assigned_to_agent_id: scene.agent.id, created_by_agent_id: scene.agent.id, status: "queued" };
    },
  },
  "tasks.count": {
    by: "agent",
    async input(scene) {
      const { id } = await running(scene);
      const above = { parent_task_id: id, root_task_id: id };
      return { ...above, assigned_to_agent_id: scene.agent.id, created_by_agent_id: scene.agent.id, q: "task" };
    },
  },
  "tasks.summarize_attempts": { by: "agent", input: lastHour },
  "tasks.summarize_failures": { by: "agent", input: lastHour },
  "tasks.list_gaps": { by: "agent", input: async () => ({ waiting_seconds: 60 }) },
  "tasks.get": { by: "agent", input: async (scene) => ({ id: (await running(scene)).id }) },
  "tasks.claim": {
    by: "agent",
    async input(scene) {
      await queued(scene);
      return { limit: 1, env: false };
    },
  },
  "tasks.start": { by: "agent", input: async (scene) => ({ id: (await queued(scene)).id, env: false }) },
  "tasks.heartbeat": { by: "agent", input: async (scene) => ({ ...(await held(scene)), progress: { done: 1 } }) },
  "tasks.add_event": {
    by: "agent",
    input: async (scene) => ({ ...(await held(scene)), type: "tool_call", payload: { tool: "x" } }),
  },
  "tasks.get_event": {
    by: "agent",
    async input(scene) {
      const { id, fence } = await held(scene);
      const report = { id, fence, type: "progress" as const, payload: { done: 1 } };
      return { id, event_id: (await scene.app.call(addTaskEvent, scene.agent, report)).id };
    },
  },
  "tasks.list_events": { by: "agent", input: async (scene) => ({ id: (await running(scene)).id }) },
  "tasks.block": { by: "agent", input: async (scene) => ({ ...(await held(scene)), reason: "No key." }) },
  "tasks.complete": { by: "agent", input: async (scene) => ({ ...(await held(scene)), output: { done: true } }) },
  "tasks.fail": {
    by: "agent",
    input: async (scene) => ({ ...(await held(scene)), reason: "Broken.", retryable: false }),
  },
  "tasks.release": { by: "agent", input: async (scene) => ({ ...(await held(scene)), reason: "A restart." }) },
  "tasks.cancel": { by: "agent", input: async (scene) => ({ id: (await queued(scene)).id, reason: "Not needed." }) },
  "tasks.assign": {
    by: "agent",
    input: async (scene) => ({ id: (await queued(scene)).id, assigned_to_agent_id: scene.other.id }),
  },
  "tasks.escalate": {
    by: "agent",
    input: async (scene) => ({ ...(await held(scene)), reason: "Beyond me.", deadline_seconds: 60 }),
  },
  "tasks.answer": {
    by: "agent",
    async input(scene) {
      const hold = await held(scene);
      await scene.app.call(blockTask, scene.agent, { ...hold, reason: "Which rate applies?" });
      return { id: hold.id, answer: "7 %" };
    },
  },
  "tasks.undo": {
    by: "agent",
    async input(scene) {
      const { id } = await queued(scene);
      await scene.app.call(assignTask, scene.agent, { id, assigned_to_agent_id: scene.other.id });
      return { id };
    },
  },
  "tasks.change_dependencies": {
    by: "agent",
    async input(scene) {
      const [before, instead] = [await queued(scene), await queued(scene)];
      const { id } = await queued(scene, { depends_on: [before.id] });
      return { id, drop: [before.id], add: [instead.id] };
    },
  },
  "tasks.accept_late": { by: "agent", input: aLateResult },
  "tasks.retry": {
    by: "agent",
    async input(scene) {
      const { id } = await queued(scene);
      await scene.app.call(cancelTask, scene.owner, { id });
      return { id };
    },
  },
};
