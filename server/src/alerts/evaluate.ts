/** Evaluates one rule that the caller holds, and stores what follows. */
import { uuidv7 } from "uuidv7";
import { listAgentNames } from "../agents/index.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { alertFired, alertResolved } from "./facts.ts";
import { agentsNamed, firedWords, followsOf, levelOf, type Measured, resolvedWords, thresholdOf } from "./rules.ts";
import type { Level, RuleRow } from "./schema.ts";
import { insertEvent, markEvent } from "./store/events.ts";
import { saveRule } from "./store/rule-rows.ts";

export interface Evaluation {
  tx: Tx;
  now: Date;
  /** The next evaluation, unless something changes before. */
  lookAt: string;
}

/** Returns the facts. */
export async function evaluate(evaluation: Evaluation, rule: RuleRow, measured: Measured): Promise<Fact[]> {
  const { tx, now, lookAt } = evaluation;
  const follows = followsOf(rule, levelOf(rule, measured), now);
  const looked = { ...rule, look_at: lookAt };
  if (follows.kind === "nothing") {
    await saveRule(tx, looked);
    return [];
  }
  const names = await listAgentNames(tx, [...agentsNamed(measured), ...(rule.agent_id ? [rule.agent_id] : [])]);
  if (follows.kind === "fires") return fire(evaluation, looked, { measured, names, level: follows.level });
  const { open_event_id: event_id, level, name, agent_id } = rule;
  await closeEvent(tx, looked, now);
  if (event_id === null || level === null) return [];
  const words = resolvedWords({ rule, measured, names });
  const data = { event_id, name, level, metric_value: measured.value, ...words };
  return [alertResolved(rule.id, data, { agent_id })];
}

const WAITING = { acknowledged_at: null, acknowledged_by_user_id: null, resolved_at: null };

interface Firing {
  measured: Measured;
  names: ReadonlyMap<string, string>;
  level: Level;
}

async function fire({ tx, now }: Evaluation, rule: RuleRow, { measured, names, level }: Firing): Promise<Fact[]> {
  const { name, rule_type, agent_id } = rule;
  const words = firedWords({ rule, measured, names }, level);
  const at = now.toISOString();
  const about = { metric_value: measured.value, threshold_value: thresholdOf(rule, level) };
  const id = uuidv7();
  const agent_ids = agentsNamed(measured);
  if (rule.open_event_id !== null) await markEvent(tx, rule.open_event_id, { resolved_at: at });
  const of = { rule_id: rule.id, rule_name: name, rule_type, agent_id };
  const fired = { level, ...about, message: words.message, agent_ids, triggered_at: at };
  await insertEvent(tx, { id, ...of, ...fired, ...WAITING });
  await saveRule(tx, { ...rule, level, open_event_id: id, last_triggered_at: at });
  return [alertFired(rule.id, { event_id: id, name, rule_type, level, ...about, agent_ids, ...words }, { agent_id })];
}

/** Ends the open alert of a rule without a notice. The caller holds the rule. */
export async function closeEvent(tx: Tx, rule: RuleRow, now: Date): Promise<RuleRow> {
  if (rule.open_event_id !== null) await markEvent(tx, rule.open_event_id, { resolved_at: now.toISOString() });
  const closed = { ...rule, level: null, open_event_id: null };
  await saveRule(tx, closed);
  return closed;
}
