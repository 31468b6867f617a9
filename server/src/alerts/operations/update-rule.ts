import { columnsOf, only } from "../../kernel/db/columns.ts";
import { changed, command, unchanged } from "../../kernel/operation.ts";
import { closeEvent } from "../evaluate.ts";
import { ruleUpdated } from "../facts.ts";
import { requireThresholds, requireTime } from "../rules.ts";
import { AlertRule, AlertRuleChange, AlertRuleFields, type RuleRow } from "../schema.ts";
import { lockRule, saveRule } from "../store/rule-rows.ts";
import { toWire } from "../to-wire.ts";

const CHANGEABLE = columnsOf(AlertRuleFields);

export const updateRule = command({
  name: "alerts.update_rule",
  summary: "Change an alert rule: its thresholds, its times, or whether it is enabled or muted.",
  description: "Only the given fields change. A rule that is disabled closes its open alert.",
  route: "POST /obs/alerts/rules/{id}",
  permission: "obs:manage",
  pastQuota: "passes",
  input: AlertRuleChange,
  output: AlertRule,
  problems: ["not_found"],
  async run({ tx, now }, { id, ...input }) {
    const given = only(input, CHANGEABLE);
    const before = await lockRule(tx, id);
    const muted_until = given.muted_until === undefined ? undefined : requireTime("/muted_until", given.muted_until);
    const fields = { ...given, ...(muted_until !== undefined && { muted_until }) };
    const names = Object.keys(fields) as (keyof typeof fields)[];
    const changed_fields = names.filter((name) => fields[name] !== undefined && fields[name] !== before[name]);
    if (changed_fields.length === 0) return unchanged(toWire(before));
    const at = now.toISOString();
    const after: RuleRow = { ...before, ...fields, look_at: at, updated_at: at };
    requireThresholds(after);
    const stored = after.is_enabled ? after : await closeEvent(tx, after, now);
    if (after.is_enabled) await saveRule(tx, after);
    const fact = ruleUpdated(id, { name: stored.name, changed_fields }, { agent_id: before.agent_id });
    return changed(toWire(stored), fact);
  },
});
