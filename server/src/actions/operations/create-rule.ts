import { uuidv7 } from "uuidv7";
import { requireAgent } from "../../agents/index.ts";
import { chooseConnection, requireActionType } from "../../connections/index.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { requirePerson } from "../decisions.ts";
import { ruleCreated, ruleData } from "../facts.ts";
import { requireRule } from "../rule-rules.ts";
import { NewRule, RULES_MAX, Rule, type RuleRow } from "../rule-schema.ts";
import { readClock } from "../store/actions.ts";
import { insertRule, listRules, lockNumber } from "../store/standing.ts";
import { ruleToWire } from "../to-wire.ts";

export const createRule = command({
  name: "actions.create_rule",
  summary: "Make a standing rule, which approves or rejects actions of a type without a person, until a time.",
  description:
    "An approval counts its uses of each day. Each use names the rule. Of several rules that fit, a reject wins.",
  route: "POST /agent-actions/rules",
  status: 201,
  permission: "actions:decide",
  input: NewRule,
  output: Rule,
  problems: ["forbidden", "not_found", "conflict", "unknown_action_type", "not_connected"],
  async run({ tx, actor }, input) {
    const { action_type, service_type, decision, expires_at } = input;
    const { agent_id = null, connection_id = null, payload_schema = null, max_per_day = null } = input;
    requirePerson(actor);
    await lockNumber(tx);
    const at = await readClock(tx);
    const limits = { agent_id, connection_id, payload_schema, max_per_day };
    const given = { action_type, service_type, decision, expires_at, ...limits };
    requireRule(given, at);
    if (agent_id !== null) await requireAgent(tx, agent_id);
    const wanted = { ...given, connection_id: await connectionOf(tx, given) };
    if ((await listRules(tx)).length >= RULES_MAX)
      throw new Problem("conflict", `A workspace has at most ${RULES_MAX} standing rules.`, {
        next_step: "Delete a rule that is no longer needed.",
      });
    const rule: RuleRow = {
      ...wanted,
      expires_at: new Date(wanted.expires_at).toISOString(),
      id: uuidv7(),
      used_on: null,
      used_today: 0,
      uses: 0,
      last_used_at: null,
      created_by: actor.id,
      created_at: at.toISOString(),
      ended_at: null,
      ended_by: null,
    };
    await insertRule(tx, rule);
    return changed(ruleToWire(rule, at), ruleCreated(rule.id, ruleData(rule), { agent_id }));
  },
});

/** The same type does something else through another connection of these services. */
const DIFFERS: ReadonlySet<string> = new Set(["http", "mcp"]);

type Given = Pick<RuleRow, "action_type" | "service_type" | "connection_id" | "agent_id" | "decision">;

/** Returns the connection of the rule. An approval for one of several different ones must name it. */
async function connectionOf(tx: Tx, { connection_id, agent_id, decision, ...type }: Given): Promise<string | null> {
  if (connection_id === null && (decision === "reject" || !DIFFERS.has(type.service_type))) {
    await requireActionType(tx, type);
    return null;
  }
  const named = connection_id === null ? { agent_id: agent_id ?? undefined } : { connection_id };
  return (await chooseConnection(tx, { ...type, ...named })).connection?.id ?? null;
}
