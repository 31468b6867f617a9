/** Ends the standing rules for tools and connections that changed: people decided about the old ones. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { ruleData, ruleDeleted } from "./facts.ts";
import type { RuleRow } from "./rule-schema.ts";
import { lockApproving, lockRulesOver, saveRule } from "./store/standing.ts";

/** The tools of one connection. */
interface ChangedTools {
  connection_id: string;
  action_types: readonly string[];
}

/** The command that found the changes stores the returned facts. */
export async function endRulesOfTools(tx: Tx, { connection_id, action_types }: ChangedTools): Promise<Fact[]> {
  return endRules(tx, await lockRulesOver(tx, connection_id, action_types), "type_changed");
}

interface Moved {
  connection_id: string;
  service_type: string;
}

/** Rules that reject stay. The command that moved the connection stores the returned facts. */
export async function endRulesOfMoved(tx: Tx, { connection_id, service_type }: Moved): Promise<Fact[]> {
  return endRules(tx, await lockApproving(tx, connection_id, service_type), "connection_changed");
}

async function endRules(tx: Tx, rules: readonly RuleRow[], cause: "type_changed" | "connection_changed") {
  const facts: Fact[] = [];
  for (const rule of rules) {
    await saveRule(tx, { ...rule, ended_at: tx.now.toISOString() });
    const data = { ...ruleData(rule), uses: rule.uses, cause };
    facts.push(ruleDeleted(rule.id, data, { agent_id: rule.agent_id }));
  }
  return facts;
}
