/** One valid input for every operation, with a value for each field that holds an id. Conformance fails without one. */
import { randomUUID } from "node:crypto";
import { exportAgent } from "../../src/agents/operations/export-agent.ts";
import { pauseAgent } from "../../src/agents/operations/pause-agent.ts";
import { createAttachment } from "../../src/attachments/operations/create-attachment.ts";
import { sendMessage } from "../../src/messages/operations/send-message.ts";
import type { SendInput } from "../../src/messages/schema.ts";
import { listEvents } from "../../src/observability/operations/list-events.ts";
import { startRun } from "../../src/observability/operations/start-run.ts";
import { createRedaction } from "../../src/redactions/operations/create-redaction.ts";
import { createSnooze } from "../../src/snoozes/operations/create-snooze.ts";
import { setRole } from "../../src/team/operations/set-role.ts";
import { ACTION_SAMPLES } from "./action-samples.ts";
import { ALERT_SAMPLES } from "./alert-samples.ts";
import { AUDIT_SAMPLES } from "./audit-samples.ts";
import { aTask } from "./builders.ts";
import { CONNECTION_SAMPLES } from "./connection-samples.ts";
import { OUTBOX_SAMPLES } from "./outbox-samples.ts";
import { PEOPLE_SAMPLES } from "./people-samples.ts";
import { PRICE_SAMPLES } from "./price-samples.ts";
import type { Sample, Scene } from "./scene.ts";
import { running, TASK_SAMPLES } from "./task-samples.ts";

const nothing = async () => ({});
const anId = async ({ other }: Scene) => ({ id: other.id });
const itself = async ({ agent }: Scene) => ({ id: agent.id });
const AGENTS: Record<string, Sample> = {
  "agents.list": { by: "agent", input: async () => ({ status: "active", limit: 10 }) },
  "agents.me": { by: "agent", input: nothing },
  "agents.get": { by: "agent", input: anId },
  "agents.create": { by: "owner", input: async () => ({ name: "New", llm_config: { model: "a" } }) },
  "agents.update": { by: "owner", input: async ({ other }) => ({ id: other.id, name: "Renamed" }) },
  "agents.clone": { by: "owner", input: anId },
  "agents.export": { by: "agent", input: itself },
  "agents.import": {
    by: "owner",
    input: ({ app, owner, other }) => app.call(exportAgent, owner, { id: other.id }),
  },
  "agents.list_revisions": { by: "agent", input: itself },
  "agents.restore": { by: "owner", input: async ({ other }) => ({ id: other.id, revision: 1 }) },
  "agents.pause": { by: "owner", input: anId },
  "agents.resume": {
    by: "owner",
    async input({ app, owner, other }) {
      await app.call(pauseAgent, owner, { id: other.id });
      return { id: other.id };
    },
  },
  "agents.archive": { by: "owner", input: anId },
};

/** A supervisor, so that other agents can report to it. */
async function aSupervisor({ app, owner, other }: Scene) {
  await app.call(setRole, owner, { agent_id: other.id, role: "supervisor" });
  return other;
}

/** A message that a person may withdraw. */
async function aMessage({ app, agent, other }: Scene) {
  const { id } = await app.call(sendMessage, agent, { to_agent_id: other.id, content: "Pasted by mistake." });
  return { subject: { kind: "message" as const, id }, reason: "A secret" };
}

const REDACTIONS: Record<string, Sample> = {
  "redactions.create": { by: "owner", input: aMessage },
  "redactions.list": {
    by: "owner",
    async input(scene) {
      const { app, owner, agent } = scene;
      const { id: task_id } = await aTask(app, owner, agent);
      const { id } = await app.call(sendMessage, agent, { task_id, content: "Pasted by mistake." });
      await app.call(createRedaction, owner, { subject: { kind: "message", id }, reason: "A secret" });
      return { subject_id: id, task_id };
    },
  },
};

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const aSnooze = async ({ app, owner, agent }: Scene) => ({
  kind: "task" as const,
  id: (await aTask(app, owner, agent)).id,
});

const SNOOZES: Record<string, Sample> = {
  "snoozes.create": { by: "owner", input: async (scene) => ({ ...(await aSnooze(scene)), until: inAnHour() }) },
  "snoozes.delete": {
    by: "owner",
    async input(scene) {
      const row = await aSnooze(scene);
      await scene.app.call(createSnooze, scene.owner, { ...row, until: inAnHour() });
      return row;
    },
  },
  "snoozes.list": { by: "owner", input: nothing },
};

const TEAM: Record<string, Sample> = {
  "team.list_roles": { by: "agent", input: async () => ({ role: "worker" }) },
  "team.get_role": { by: "agent", input: async (scene) => ({ agent_id: (await aSupervisor(scene)).id }) },
  "team.set_role": {
    by: "owner",
    input: async (scene) => ({ agent_id: scene.agent.id, role: "worker", reports_to: (await aSupervisor(scene)).id }),
  },
  "team.delete_role": { by: "owner", input: async (scene) => ({ agent_id: (await aSupervisor(scene)).id }) },
  "team.get_rules": { by: "agent", input: nothing },
  "team.set_rules": {
    by: "owner",
    input: async (scene) => ({ agent_priority_max: 3, default_supervisor_agent_id: (await aSupervisor(scene)).id }),
  },
  "team.summarize": { by: "agent", input: nothing },
};

/** A message from one agent to the other. */
const received = ({ app, agent, other }: Scene, fields: Partial<SendInput> = {}) =>
  app.call(sendMessage, other, { content: "A word", to_agent_id: agent.id, ...fields });

async function anAttachment(scene: Scene) {
  const { id: task_id } = await running(scene);
  const { id } = await scene.app.call(createAttachment, scene.agent, { task_id, name: "log.txt", text: "line" });
  return { id, task_id };
}

const ATTACHMENTS: Record<string, Sample> = {
  "attachments.create": {
    by: "agent",
    input: async (scene) => ({ task_id: (await running(scene)).id, name: "log.txt", text: "line" }),
  },
  "attachments.list": { by: "agent", input: async (scene) => ({ id: (await anAttachment(scene)).task_id }) },
  "attachments.get": { by: "agent", input: async (scene) => ({ id: (await anAttachment(scene)).id }) },
  "attachments.delete": { by: "agent", input: async (scene) => ({ id: (await anAttachment(scene)).id }) },
};

const MESSAGES: Record<string, Sample> = {
  "messages.send": {
    by: "agent",
    async input(scene) {
      const [task, question] = [await running(scene), await received(scene)];
      const attachment_ids = [(await anAttachment(scene)).id];
      return {
        content: "An answer",
        to_agent_id: scene.other.id,
        task_id: task.id,
        in_reply_to: question.id,
        attachment_ids,
      };
    },
    instead: {
      to_user_id: async ({ owner }) => ({ content: "A word", to_user_id: owner.id }),
      thread_id: async ({ other }) => ({ content: "A word", to_agent_id: other.id, thread_id: randomUUID() }),
    },
    own: ["thread_id"],
  },
  "messages.list": {
    by: "agent",
    async input(scene) {
      const { thread_id } = await received(scene, { thread_id: randomUUID() });
      return { thread_id, agent_id: scene.agent.id, task_id: (await running(scene)).id, q: "word", order: "asc" };
    },
    instead: {
      with_user_id: async ({ agent, owner }) => ({ agent_id: agent.id, with_user_id: owner.id, awaiting_reply: true }),
    },
  },
  "messages.get": { by: "agent", input: async (scene) => ({ id: (await received(scene)).id }) },
  "messages.inbox": {
    by: "agent",
    async input(scene) {
      await received(scene);
      return { unread: true, limit: 10 };
    },
  },
  "messages.mark_read": {
    by: "agent",
    input: async (scene) => ({ message_ids: [(await received(scene)).id] }),
    instead: { up_to_message_id: async (scene) => ({ up_to_message_id: (await received(scene)).id }) },
  },
  "threads.list": {
    by: "agent",
    async input(scene) {
      await received(scene);
      return { agent_id: scene.agent.id, limit: 5 };
    },
  },
};

async function aRun(scene: Scene) {
  const { id: task_id } = await running(scene);
  return scene.app.call(startRun, scene.agent, { task_id, model: "claude-opus-4-5" });
}

const OBSERVABILITY: Record<string, Sample> = {
  "obs.ingest": {
    by: "agent",
    input: async (scene) => ({
      event_type: "llm_call",
      task_id: (await running(scene)).id,
      model: "claude-opus-4-5",
      tokens_in: 10,
    }),
  },
  "obs.heartbeat": { by: "agent", input: async ({ agent }) => ({ agent_id: agent.id, metadata: { load: 1 } }) },
  "obs.list_events": {
    by: "agent",
    async input(scene) {
      const { run_id, agent_id, task_id } = await aRun(scene);
      return { run_id, agent_id, task_id, event_type: "run_started" };
    },
  },
  "obs.get_event": {
    by: "agent",
    async input(scene) {
      const { run_id, task_id } = await aRun(scene);
      const { items } = await scene.app.call(listEvents, scene.agent, { run_id });
      return { id: items[0]?.id ?? "", task_id: task_id ?? "" };
    },
  },
  "obs.get_overview": { by: "agent", input: nothing },
  "obs.list_agent_metrics": {
    by: "agent",
    async input(scene) {
      await aRun(scene);
      return { limit: 5 };
    },
  },
  "obs.get_agent_metrics": { by: "agent", input: async (scene) => ({ id: (await aRun(scene)).agent_id }) },
  "obs.list_health": {
    by: "agent",
    async input(scene) {
      await aRun(scene);
      return { limit: 5 };
    },
  },
  "obs.get_agent_health": {
    by: "agent",
    input: async (scene) => ({ id: (await aRun(scene)).agent_id, from: "2026-01-01" }),
  },
  "obs.summarize_costs": {
    by: "agent",
    input: async () => ({ group_by: "tree", from: "2026-01-01", to: "2026-01-31" }),
  },
  "obs.summarize_cost_days": {
    by: "agent",
    input: async () => ({ split_by: "model", from: "2026-01-01", to: "2026-01-31" }),
  },
  "obs.get_task_costs": { by: "agent", input: async (scene) => ({ ids: (await running(scene)).id }) },
  "obs.get_retention": { by: "agent", input: nothing },
  "obs.set_retention": { by: "owner", input: async () => ({ floor_days: 185 }) },
  "obs.start_run": {
    by: "agent",
    input: async (scene) => ({
      agent_id: scene.agent.id,
      task_id: (await running(scene)).id,
      metadata: { by: "cron" },
    }),
  },
  "obs.finish_run": {
    by: "agent",
    input: async (scene) => ({ id: (await aRun(scene)).run_id, status: "error", error_message: "Out of memory" }),
  },
  "obs.list_runs": {
    by: "agent",
    async input(scene) {
      const { agent_id, task_id } = await aRun(scene);
      return { agent_id, task_id, status: "running", include: "titles" };
    },
  },
  "obs.get_run": { by: "agent", input: async (scene) => ({ id: (await aRun(scene)).run_id }) },
};

const OTHERS: Record<string, Sample> = {
  "demo.get": { by: "owner", input: nothing },
  "demo.start": { by: "owner", input: nothing, refused: 403 },
};

export const SAMPLES: Record<string, Sample> = {
  ...PEOPLE_SAMPLES,
  ...AGENTS,
  ...TEAM,
  ...TASK_SAMPLES,
  ...ATTACHMENTS,
  ...MESSAGES,
  ...REDACTIONS,
  ...OBSERVABILITY,
  ...PRICE_SAMPLES,
  ...SNOOZES,
  ...AUDIT_SAMPLES,
  ...OUTBOX_SAMPLES,
  ...CONNECTION_SAMPLES,
  ...ACTION_SAMPLES,
  ...ALERT_SAMPLES,
  ...OTHERS,
};

export { PUBLIC_SAMPLES } from "./people-samples.ts";
