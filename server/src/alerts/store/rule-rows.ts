/** The table of alert rules. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { RULE_COLUMNS, type RuleRow } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    alert_rules: RuleRow & { workspace_id: string };
  }
}

export async function insertRule(tx: Tx, rule: RuleRow): Promise<void> {
  await tx
    .insertInto("alert_rules")
    .values({ ...only(rule, RULE_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

function ruleOf(tx: ReadTx, id: string) {
  return tx
    .selectFrom("alert_rules")
    .select(RULE_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id);
}

export async function getRule(tx: ReadTx, id: string): Promise<RuleRow> {
  const rule = await ruleOf(tx, id).executeTakeFirst();
  if (!rule) throw notFound("alert rule", id);
  return rule;
}

/** Holds the rule until the transaction ends, so that it is not evaluated meanwhile. */
export async function lockRule(tx: Tx, id: string): Promise<RuleRow> {
  const rule = await ruleOf(tx, id).forUpdate().executeTakeFirst();
  if (!rule) throw notFound("alert rule", id);
  return rule;
}

const CHANGED = RULE_COLUMNS.filter((name) => !["id", "rule_type", "agent_id", "created_at"].includes(name));

/** The caller holds the rule. */
export async function saveRule(tx: Tx, rule: RuleRow): Promise<void> {
  await tx
    .updateTable("alert_rules")
    .set(only(rule, CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", rule.id)
    .executeTakeFirstOrThrow();
}

export async function deleteRule(tx: Tx, id: string): Promise<void> {
  await tx
    .deleteFrom("alert_rules")
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

const LIST = `select ${listOf(RULE_COLUMNS)} from alert_rules
where workspace_id = $1 and ($2::uuid is null or id < $2) order by id desc`;

/** The newest first. `before` is the last id read. */
export function listRules(tx: ReadTx, before: string | null): Rows<RuleRow> {
  return rowsOf("alerts.list-rules", LIST, [tx.workspace, before]);
}

const COUNT = "select count(*)::int as rules from alert_rules where workspace_id = $1";

export async function countRules(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ rules: number }>("alerts.count-rules", COUNT, [tx.workspace]);
  return row?.rules ?? 0;
}

const DUE = `select ${listOf(RULE_COLUMNS)} from alert_rules
where workspace_id = $1 and is_enabled and look_at <= $2 order by look_at, id limit $3 for update skip locked`;

/** Holds the due rules that waited longest. */
export async function lockDueRules(tx: Tx, now: Date, most: number): Promise<RuleRow[]> {
  return tx.statement<RuleRow>("alerts.due", DUE, [tx.workspace, now, most]);
}

const AWAKEN = `update alert_rules set look_at = $2
where workspace_id = $1 and is_enabled and look_at > $2 and rule_type <> 'no_heartbeat'`;

/** New events came: rules over sums are due now. */
export async function makeDue(tx: Tx, now: Date): Promise<void> {
  await tx.statement("alerts.make-due", AWAKEN, [tx.workspace, now]);
}

const LOOK = "select seen_seq from alert_looks where workspace_id = $1 for update skip locked";
const NEWEST = "select bailiwick_newest_usage($1) as seq";
const SEEN = "update alert_looks set seen_seq = $2, looked_at = $3 where workspace_id = $1";

/**
 * Holds the evaluation of the workspace. Returns undefined while another process evaluates, and else whether new events
 * came since the last look.
 */
export async function lockLook(tx: Tx, now: Date): Promise<{ hasNews: boolean } | undefined> {
  const [look] = await tx.statement<{ seen_seq: bigint }>("alerts.look", LOOK, [tx.workspace]);
  if (!look) return undefined;
  const [newest] = await tx.statement<{ seq: bigint }>("alerts.newest", NEWEST, [tx.workspace]);
  const seq = newest?.seq ?? 0n;
  await tx.statement("alerts.seen", SEEN, [tx.workspace, String(seq), now]);
  return { hasNews: seq > look.seen_seq };
}

const FIRST_LOOK = `insert into alert_looks (workspace_id, seen_seq, looked_at) values ($1, 0, $2)
on conflict (workspace_id) do nothing`;

export async function requireLook(tx: Tx, now: Date): Promise<void> {
  await tx.statement("alerts.first-look", FIRST_LOOK, [tx.workspace, now]);
}
