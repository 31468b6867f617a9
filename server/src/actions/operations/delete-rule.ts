import { changed, command } from "../../kernel/operation.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { requirePerson } from "../decisions.ts";
import { ruleData, ruleDeleted } from "../facts.ts";
import { Rule, type RuleRow } from "../rule-schema.ts";
import { readClock } from "../store/actions.ts";
import { lockRule, saveRule } from "../store/standing.ts";
import { ruleToWire } from "../to-wire.ts";

export const deleteRule = command({
  name: "actions.delete_rule",
  summary: "Delete a standing rule. What it decided stays as it is.",
  route: "POST /agent-actions/rules/{id}/delete",
  permission: "actions:decide",
  pastQuota: "passes",
  input: Fields({ id: Id }),
  output: Rule,
  problems: ["not_found", "forbidden"],
  async run({ tx, actor }, { id }) {
    requirePerson(actor);
    const rule = await lockRule(tx, id);
    if (rule.ended_at !== null) throw notFound("rule", id);
    const at = await readClock(tx);
    const ended: RuleRow = { ...rule, ended_at: at.toISOString(), ended_by: actor.id };
    await saveRule(tx, ended);
    const data = { ...ruleData(rule), uses: rule.uses, cause: "person" } as const;
    return changed(ruleToWire(ended, at), ruleDeleted(id, data, { agent_id: rule.agent_id }));
  },
});
