import { query } from "../../kernel/operation.ts";
import { Fields } from "../../kernel/schema.ts";
import { APPROVALS_NEEDED, suggestionOf } from "../rule-rules.ts";
import { RuleList } from "../rule-schema.ts";
import { listApproved } from "../store/actions.ts";
import { listRules } from "../store/standing.ts";
import { ruleToWire } from "../to-wire.ts";

export const getRules = query({
  name: "actions.get_rules",
  summary: "List the standing rules in force, and drafts of rules for what people approved five times.",
  route: "GET /agent-actions/rules",
  permission: "actions:decide",
  input: Fields({}),
  output: RuleList,
  problems: [],
  async run({ tx }) {
    const rules = await listRules(tx);
    const approved = await listApproved(tx, APPROVALS_NEEDED);
    // A rule for the type was made, so nobody needs the draft.
    const open = approved.filter(
      ({ action_type, service_type, agent_id }) =>
        !rules.some(
          (rule) =>
            rule.action_type === action_type &&
            rule.service_type === service_type &&
            (rule.agent_id === null || rule.agent_id === agent_id),
        ),
    );
    const suggestions = open.flatMap((one) => suggestionOf(one) ?? []);
    return { items: rules.map((rule) => ruleToWire(rule, tx.now)), suggestions };
  },
});
