/** Valid inputs of the operations on actions. */
import { approveAction } from "../../src/actions/operations/approve-action.ts";
import { createRule } from "../../src/actions/operations/create-rule.ts";
import { proposeAction } from "../../src/actions/operations/propose-action.ts";
import { startBypass } from "../../src/actions/operations/start-bypass.ts";
import { createConnection } from "../../src/connections/operations/create-connection.ts";
import { aRunningTask } from "./builders.ts";
import { GATE_SAMPLES } from "./gate-samples.ts";
import type { Sample, Scene } from "./scene.ts";

const nothing = async () => ({});
const OF_TYPE = { action_type: "send_request", service_type: "http" } as const;

async function aConnection({ app, owner }: Scene): Promise<string> {
  const fields = { service_type: "http", name: "Builds", config: { base_url: "https://api.example.org/v1" } } as const;
  return (await app.call(createConnection, owner, { ...fields, secret: "very-secret" })).id;
}

async function proposal(scene: Scene) {
  const task = await aRunningTask(scene.app, scene.agent, scene.agent);
  return {
    ...OF_TYPE,
    payload: { method: "POST", path: "/builds", body: { branch: "main" } },
    connection_id: await aConnection(scene),
    task_id: task.id,
    holds_task: true,
    reasoning: "The branch is ready.",
    confidence: 0.9,
    amount_usd: 1.5,
    expires_in_seconds: 3_600,
  };
}

const anAction = async (scene: Scene) => scene.app.call(proposeAction, scene.agent, await proposal(scene));
const itsId = async (scene: Scene) => ({ id: (await anAction(scene)).id });

/** An action after its approval, in another state. */
async function anActionIn(scene: Scene, state: string) {
  const { id } = await anAction(scene);
  await scene.app.call(approveAction, scene.owner, { id });
  await scene.app.admin.query(`update agent_actions set ${state}, due_at = null where id = $1`, [id]);
  return { id };
}
const failed = "status = 'failed', amount_nanos = null, finished_at = now()";

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString();
const ruleFields = async (scene: Scene) => ({
  ...OF_TYPE,
  agent_id: scene.agent.id,
  connection_id: await aConnection(scene),
  decision: "approve" as const,
  max_per_day: 3,
  payload_schema: { type: "object", properties: { path: { const: "/builds" } }, required: ["path"] },
  expires_at: inAWeek(),
});

export const ACTION_SAMPLES: Record<string, Sample> = {
  ...GATE_SAMPLES,
  "actions.get_types": { by: "agent", input: nothing },
  "actions.propose": { by: "agent", input: proposal },
  "actions.list": {
    by: "agent",
    async input(scene) {
      const { task_id, agent_id } = await anAction(scene);
      return { task_id: task_id ?? "", agent_id, status: "pending", action_type: OF_TYPE.action_type };
    },
  },
  "actions.list_pending": { by: "agent", input: async ({ agent }) => ({ agent_id: agent.id }) },
  "actions.get": { by: "agent", input: itsId },
  "actions.approve": {
    by: "owner",
    async input(scene) {
      const { id, payload_hash } = await anAction(scene);
      return { id, payload_hash, payload: { method: "POST", path: "/builds/2" }, reason: "Another address." };
    },
  },
  "actions.reject": { by: "owner", input: async (scene) => ({ ...(await itsId(scene)), reason: "Not today." }) },
  "actions.cancel": { by: "agent", input: itsId },
  "actions.retry": { by: "owner", input: (scene) => anActionIn(scene, failed) },
  "actions.resolve": {
    by: "owner",
    input: async (scene) => ({
      ...(await anActionIn(scene, "status = 'in_doubt'")),
      outcome: "executed",
      reason: "The build runs.",
    }),
  },
  "actions.decide": {
    by: "owner",
    judgesEach: true,
    async input(scene) {
      const { id, payload_hash } = await anAction(scene);
      return { items: [{ id, decision: "approve", payload_hash, reason: "Fine." }] };
    },
  },
  "actions.get_rules": { by: "owner", input: nothing },
  "actions.create_rule": { by: "owner", input: ruleFields },
  "actions.delete_rule": {
    by: "owner",
    input: async (scene) => ({ id: (await scene.app.call(createRule, scene.owner, await ruleFields(scene))).id }),
  },
  "actions.start_bypass": {
    by: "owner",
    input: async ({ agent }) => ({ agent_id: agent.id, minutes: 30, reason: "The release night." }),
  },
  "actions.get_bypasses": { by: "owner", input: nothing },
  "actions.end_bypass": {
    by: "owner",
    input: async ({ app, owner, agent }) => ({
      id: (await app.call(startBypass, owner, { agent_id: agent.id, reason: "The release night." })).id,
    }),
  },
};
