import { uuidv7 } from "uuidv7";
import { listAgentNames } from "../../agents/index.ts";
import { columnsOf, only } from "../../kernel/db/columns.ts";
import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { requireRoom } from "../../tiers/index.ts";
import { ruleCreated } from "../facts.ts";
import { requireThresholds, requireTime } from "../rules.ts";
import { AlertRule, NewAlertRule } from "../schema.ts";
import { countRules, insertRule, requireLook } from "../store/rule-rows.ts";
import { toWire } from "../to-wire.ts";

const GIVEN = columnsOf(NewAlertRule);

export const createRule = command({
  name: "alerts.create_rule",
  summary: "Fire an alert when a cost, an error rate or a silence passes a threshold.",
  description:
    "Rules are evaluated within seconds of new events, and every 30 s. An alert goes to the channels for alerts and to " +
    "webhooks, once when it fires and once when it is resolved. It waits in the inbox until somebody acknowledges it.",
  route: "POST /obs/alerts/rules",
  status: 201,
  permission: "obs:manage",
  input: NewAlertRule,
  output: AlertRule,
  problems: ["tier_limit", "not_found"],
  async run({ tx, now }, input) {
    await requireRoom(tx, "alert_rule_limit", countRules);
    requireThresholds(input);
    const muted_until = requireTime("/muted_until", input.muted_until);
    const { agent_id } = input;
    if (agent_id !== null && !(await listAgentNames(tx, [agent_id])).has(agent_id)) throw notFound("agent", agent_id);
    const at = now.toISOString();
    const { name, rule_type, threshold } = input;
    const state = { level: null, open_event_id: null, last_triggered_at: null, look_at: at };
    const rule = { ...only(input, GIVEN), muted_until, ...state, id: uuidv7(), created_at: at, updated_at: at };
    await insertRule(tx, rule);
    await requireLook(tx, now);
    return changed(toWire(rule), ruleCreated(rule.id, { name, rule_type, threshold, agent_id }, { agent_id }));
  },
});
