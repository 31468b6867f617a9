/** Valid inputs of the operations on alerts and limits. */
import { createRule } from "../../src/alerts/operations/create-rule.ts";
import { GOVERNANCE_SAMPLES } from "./governance-samples.ts";
import { RISK_SAMPLES } from "./risk-samples.ts";
import type { Sample, Scene } from "./scene.ts";
import { STOP_SAMPLES } from "./stop-samples.ts";

const nothing = async () => ({});
const FIELDS = { name: "Cost", rule_type: "cost_per_day", threshold: 10 } as const;

const aRule = async ({ app, owner, agent }: Scene) =>
  app.call(createRule, owner, { ...FIELDS, warning_threshold: 5, agent_id: agent.id });
const ruleId = async (scene: Scene) => ({ id: (await aRule(scene)).id });

async function anEvent(scene: Scene) {
  const { id: rule, agent_id } = await aRule(scene);
  const { rows } = await scene.app.admin.query(
    `insert into alert_events (workspace_id, id, rule_id, rule_name, rule_type, agent_id, level, metric_value,
       threshold_value, message, agent_ids, triggered_at)
     values ($1, gen_random_uuid(), $2, 'Cost', 'cost_per_day', $3, 'alert', 12, 10, 'Cost: too much', array[$3::uuid], now())
     returning id`,
    [scene.workspace.id, rule, agent_id],
  );
  return { id: rows[0].id as string, rule_id: rule };
}

export const ALERT_SAMPLES: Record<string, Sample> = {
  ...RISK_SAMPLES,
  ...STOP_SAMPLES,
  ...GOVERNANCE_SAMPLES,
  "alerts.create_rule": {
    by: "owner",
    input: async ({ agent }) => ({
      ...FIELDS,
      name: "Errors",
      rule_type: "error_rate",
      agent_id: agent.id,
      warning_threshold: null,
      window_minutes: 60,
      cooldown_minutes: 360,
      no_data: "ignore",
      is_enabled: true,
      muted_until: null,
    }),
  },
  "alerts.list_rules": { by: "viewer", input: nothing },
  "alerts.get_rule": { by: "viewer", input: ruleId },
  "alerts.update_rule": {
    by: "owner",
    input: async (scene) => ({ ...(await ruleId(scene)), threshold: 20 }),
  },
  "alerts.delete_rule": { by: "owner", input: ruleId },
  "alerts.send_test": { by: "owner", input: ruleId },
  "alerts.list_events": { by: "viewer", input: async (scene) => ({ rule_id: (await anEvent(scene)).rule_id }) },
  "alerts.acknowledge_event": { by: "owner", input: async (scene) => ({ id: (await anEvent(scene)).id }) },
};
