/** The table of gate rules. */
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { GATE_RULE_COLUMNS, type GateRuleRow } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    gate_rules: GateRuleRow & { workspace_id: string };
  }
}

export async function insertGateRule(tx: Tx, rule: GateRuleRow): Promise<void> {
  await tx
    .insertInto("gate_rules")
    .values({ ...only(rule, GATE_RULE_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

const LIST = `select ${listOf(GATE_RULE_COLUMNS)} from gate_rules where workspace_id = $1 and ended_at is null order by id desc`;

/** Returns the rules in force, the newest first. Their number is limited. */
export async function listGateRules(tx: ReadTx): Promise<GateRuleRow[]> {
  return tx.statement<GateRuleRow>("gate.rules", LIST, [tx.workspace]);
}

const LOCK = `select ${listOf(GATE_RULE_COLUMNS)} from gate_rules where workspace_id = $1 and id = $2 for no key update`;

export async function lockGateRule(tx: Tx, id: string): Promise<GateRuleRow> {
  const [rule] = await tx.statement<GateRuleRow>("gate.lock-rule", LOCK, [tx.workspace, id]);
  if (!rule) throw notFound("gate rule", id);
  return rule;
}

/** Saves the end of a rule. The caller has locked it. */
export async function saveRuleEnd(tx: Tx, { id, ended_at, ended_by }: GateRuleRow): Promise<void> {
  await tx
    .updateTable("gate_rules")
    .set({ ended_at, ended_by })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

const NUMBER = "select pg_advisory_xact_lock(hashtextextended($1, 36))";

/** Lets one rule of the workspace be made at a time, so that their number is never exceeded. */
export async function lockRuleNumber(tx: Tx): Promise<void> {
  await tx.statement("gate.lock-number", NUMBER, [tx.workspace]);
}
