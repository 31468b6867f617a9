import Type from "typebox";
import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { GateRule } from "../schema.ts";
import { listGateRules } from "../store/rule-rows.ts";
import { gateRuleToWire } from "../to-wire.ts";

export const getGateRules = query({
  name: "gate.get_rules",
  summary: "List the gate rules, which decide about the calls of tools that agents are about to make.",
  description: "A deny wins. Then the most exact pattern wins, then a rule for one agent, then an ask.",
  route: "GET /gate/rules",
  permission: "actions:decide",
  input: Fields({}),
  output: Fields({ items: Type.Array(GateRule) }),
  problems: [],
  async run({ tx }) {
    return { items: (await listGateRules(tx)).map(gateRuleToWire) };
  },
});
