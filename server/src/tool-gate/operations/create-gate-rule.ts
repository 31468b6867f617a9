import { uuidv7 } from "uuidv7";
import { readClock } from "../../actions/index.ts";
import { requireAgent } from "../../agents/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { gateRuleCreated, ruleData } from "../facts.ts";
import { requirePattern } from "../pattern-rules.ts";
import { GateRule, type GateRuleRow, NewGateRule, RULES_MAX } from "../schema.ts";
import { insertGateRule, listGateRules, lockRuleNumber } from "../store/rule-rows.ts";
import { gateRuleToWire } from "../to-wire.ts";

export const createGateRule = command({
  name: "gate.create_rule",
  summary: "Make a gate rule, which allows, asks about or denies calls of tools that agents are about to make.",
  description:
    "In shadow, only the log says what the rule would have decided. A deny wins. Then the most exact pattern wins, then a " +
    "rule for one agent, then an ask.",
  route: "POST /gate/rules",
  status: 201,
  permission: "actions:decide",
  input: NewGateRule,
  output: GateRule,
  problems: ["forbidden", "not_found", "conflict"],
  async run({ tx, actor }, { tool_pattern, agent_id = null, decision, mode }) {
    if (actor.kind !== "user") throw new Problem("forbidden", "Only people make gate rules.");
    requirePattern(tool_pattern);
    await lockRuleNumber(tx);
    if (agent_id !== null) await requireAgent(tx, agent_id);
    if ((await listGateRules(tx)).length >= RULES_MAX)
      throw new Problem("conflict", `A workspace has at most ${RULES_MAX} gate rules.`, {
        next_step: "Delete a rule that is no longer needed.",
      });
    const rule: GateRuleRow = {
      id: uuidv7(),
      tool_pattern,
      agent_id,
      decision,
      mode,
      created_by: actor.id,
      created_at: (await readClock(tx)).toISOString(),
      ended_at: null,
      ended_by: null,
    };
    await insertGateRule(tx, rule);
    return changed(gateRuleToWire(rule), gateRuleCreated(rule.id, ruleData(rule), { agent_id }));
  },
});
