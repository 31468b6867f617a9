import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { closeEvent } from "../evaluate.ts";
import { ruleDeleted } from "../facts.ts";
import { AlertRule } from "../schema.ts";
import { deleteRule as deleteRow, lockRule } from "../store/rule-rows.ts";
import { toWire } from "../to-wire.ts";

export const deleteRule = command({
  name: "alerts.delete_rule",
  summary: "Delete an alert rule. Its alerts are kept; an open one is closed.",
  route: "POST /obs/alerts/rules/{id}/delete",
  permission: "obs:manage",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: AlertRule,
  problems: ["not_found"],
  async run({ tx, now }, { id }) {
    const rule = await lockRule(tx, id);
    await closeEvent(tx, rule, now);
    await deleteRow(tx, id);
    return changed(toWire(rule), ruleDeleted(id, { name: rule.name }, { agent_id: rule.agent_id }));
  },
});
