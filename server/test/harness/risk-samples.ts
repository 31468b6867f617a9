/** Valid inputs of the operations on risk policies. */
import { createPolicy } from "../../src/risk/operations/create-policy.ts";
import { anAgent } from "./builders.ts";
import type { Sample, Scene } from "./scene.ts";

const nothing = async () => ({});
const FIELDS = { policy_type: "daily_spend_cap", threshold_value: 5 } as const;

/** A policy of a new agent, because an agent has one of each type. */
const aPolicy = async ({ app, owner, workspace }: Scene) => {
  const { id } = await anAgent(app, workspace);
  const policy = await app.call(createPolicy, owner, { ...FIELDS, agent_id: id });
  return { id: policy.id };
};

/** An event that throttled a new agent. */
async function anEvent(scene: Scene) {
  const { id: policy } = await aPolicy(scene);
  const { workspace, app } = scene;
  const agent = await anAgent(app, workspace);
  const { rows } = await app.admin.query(
    `with throttled as (update gates set throttle_per_minute = 6 where workspace_id = $1 and agent_id = $3)
     insert into risk_events (workspace_id, id, policy_id, agent_id, policy_type, breach_value, threshold_value, action_type,
       status, evaluated_at, executed_at, result)
     values ($1, gen_random_uuid(), $2, $3, 'daily_spend_cap', 6, 5, 'throttle', 'executed', now(), now(),
       '{"before": {"throttle_per_minute": null}, "after": {"throttle_per_minute": 6}}')
     returning id`,
    [workspace.id, policy, agent.id],
  );
  return { id: rows[0].id as string, policy_id: policy, agent_id: agent.id };
}

const yesterday = () => new Date(Date.now() - 86_400_000).toISOString();
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

export const RISK_SAMPLES: Record<string, Sample> = {
  "risk.create_policy": {
    by: "owner",
    input: async ({ agent }) => ({
      policy_type: "error_rate_cap",
      threshold_value: 50,
      agent_id: agent.id,
      measure: "billed",
      mode: "enforce",
      window_minutes: 60,
      action_type: "throttle",
      cooldown_minutes: 360,
      is_enabled: true,
      block_unpriced: false,
    }),
  },
  "risk.list_policies": { by: "agent", input: nothing },
  "risk.get_policy": { by: "agent", input: aPolicy },
  "risk.update_policy": {
    by: "owner",
    input: async (scene) => ({ ...(await aPolicy(scene)), threshold_value: 4, reason: "Less is enough." }),
  },
  "risk.delete_policy": { by: "owner", input: aPolicy },
  "risk.top_up_policy": {
    by: "owner",
    input: async (scene) => ({ ...(await aPolicy(scene)), amount_usd: 2, until: tomorrow(), reason: "A long day." }),
  },
  "risk.get_headroom": { by: "agent", input: async ({ agent }) => ({ agent_id: agent.id }) },
  "risk.list_events": {
    by: "agent",
    input: async (scene) => {
      const { policy_id, agent_id } = await anEvent(scene);
      return { policy_id, agent_id, status: "executed" };
    },
  },
  "risk.list_audit": {
    by: "agent",
    input: async (scene) => {
      const { policy_id, agent_id } = await anEvent(scene);
      return { policy_id, agent_id };
    },
  },
  "risk.undo": {
    by: "owner",
    input: async (scene) => ({ id: (await anEvent(scene)).id, reason: "It was a planned load test." }),
  },
  "risk.enforce": { by: "owner", input: nothing },
  "risk.backtest": {
    by: "owner",
    input: async ({ agent }) => ({
      policy: { ...FIELDS, agent_id: agent.id, action_type: "throttle" },
      from: yesterday(),
    }),
  },
};
