/** Decides about a new action by the standing rules and bypasses, and counts their use in the same transaction. */
import type { Tx } from "../kernel/db/tx.ts";
import { fitsSchema } from "./payload.ts";
import { decidingRule, isBypassActive, withUse } from "./rule-rules.ts";
import type { BypassRow, RuleRow } from "./rule-schema.ts";
import type { ActionRow } from "./schema.ts";
import { lockBypassesOf, lockRulesOf, saveBypass, saveRule } from "./store/standing.ts";

export interface Standing {
  decision: "approve" | "reject";
  rule?: RuleRow;
  bypass?: BypassRow;
}

/** Holds the rules of the type and the bypasses of the agent. A rule comes before a bypass. */
export async function standingOf(tx: Tx, action: ActionRow, at: Date): Promise<Standing | undefined> {
  const rules = await lockRulesOf(tx, action.action_type, action.service_type);
  const fits = fitsSchema(action.payload);
  const rule = decidingRule(rules, action, at, fits);
  if (rule) return { decision: rule.decision, rule };
  const bypass = (await lockBypassesOf(tx, action.agent_id)).find((one) => isBypassActive(one, at));
  return bypass && { decision: "approve", bypass };
}

/** The caller holds the rule or the bypass. */
export async function countUse(tx: Tx, { rule, bypass }: Standing, at: Date): Promise<void> {
  if (rule) await saveRule(tx, withUse(rule, at));
  if (bypass) await saveBypass(tx, { ...bypass, uses: bypass.uses + 1 });
}
