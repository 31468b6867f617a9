/** Ends the standing rules for tools that changed: people decided about the old ones. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { ruleData, ruleDeleted } from "./facts.ts";
import { lockRulesOver, saveRule } from "./store/standing.ts";

/** The tools of one connection. */
interface ChangedTools {
  connection_id: string;
  action_types: readonly string[];
}

/** The command that found the changes stores the returned facts. */
export async function endRulesOfTools(tx: Tx, { connection_id, action_types }: ChangedTools): Promise<Fact[]> {
  const facts: Fact[] = [];
  for (const rule of await lockRulesOver(tx, connection_id, action_types)) {
    await saveRule(tx, { ...rule, ended_at: tx.now.toISOString() });
    const data = { ...ruleData(rule), uses: rule.uses, cause: "type_changed" } as const;
    facts.push(ruleDeleted(rule.id, data, { agent_id: rule.agent_id }));
  }
  return facts;
}
