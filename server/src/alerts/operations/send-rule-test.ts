import { changed, command } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { alertTested } from "../facts.ts";
import { testWords } from "../rules.ts";
import { AlertRule } from "../schema.ts";
import { lockRule } from "../store/rule-rows.ts";
import { toWire } from "../to-wire.ts";

export const sendRuleTest = command({
  name: "alerts.send_test",
  summary: "Send a test of an alert rule, marked as such, to the channels for alerts. No alert fires.",
  route: "POST /obs/alerts/rules/{id}/test",
  permission: "obs:manage",
  input: Fields({ id: Id }),
  output: AlertRule,
  problems: ["not_found"],
  async run({ tx }, { id }) {
    const rule = await lockRule(tx, id);
    const fact = alertTested(id, { name: rule.name, ...testWords(rule) }, { agent_id: rule.agent_id });
    return changed(toWire(rule), fact);
  },
});
