import { readClock } from "../../actions/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { gateRuleDeleted, ruleData } from "../facts.ts";
import { GateRule } from "../schema.ts";
import { lockGateRule, saveRuleEnd } from "../store/rule-rows.ts";
import { gateRuleToWire } from "../to-wire.ts";

export const deleteGateRule = command({
  name: "gate.delete_rule",
  summary: "Delete a gate rule. Calls that already wait for people go on waiting.",
  route: "POST /gate/rules/{id}/delete",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: GateRule,
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { id }) {
    if (actor.kind !== "user") throw new Problem("forbidden", "Only people delete gate rules.");
    const rule = await lockGateRule(tx, id);
    if (rule.ended_at !== null) throw notFound("gate rule", id);
    await saveRuleEnd(tx, { ...rule, ended_at: (await readClock(tx)).toISOString(), ended_by: actor.id });
    return changed(gateRuleToWire(rule), gateRuleDeleted(id, ruleData(rule), { agent_id: rule.agent_id }));
  },
});
