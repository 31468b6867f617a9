/** The tables of standing rules and bypasses. */
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { BYPASS_COLUMNS, type BypassRow, RULE_COLUMNS, type RuleRow } from "../rule-schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    action_rules: Omit<RuleRow, "payload_schema"> & { workspace_id: string; payload_schema: string | null };
    action_bypasses: BypassRow & { workspace_id: string };
  }
}

const READ = RULE_COLUMNS.map((name) => (name === "used_on" ? "to_char(used_on, 'YYYY-MM-DD') as used_on" : name)).join(
  ", ",
);
const IN_FORCE = "workspace_id = $1 and ended_at is null and expires_at > bailiwick_now()";

const schemaOf = ({ payload_schema }: RuleRow) => (payload_schema === null ? null : JSON.stringify(payload_schema));

export async function insertRule(tx: Tx, rule: RuleRow): Promise<void> {
  await tx
    .insertInto("action_rules")
    .values({ ...only(rule, RULE_COLUMNS), payload_schema: schemaOf(rule), workspace_id: tx.workspace })
    .execute();
}

const SAVED = ["used_on", "used_today", "uses", "last_used_at", "ended_at", "ended_by"] as const;

/** Saves a use or the end of a rule. The caller has locked it. */
export async function saveRule(tx: Tx, rule: RuleRow): Promise<void> {
  await tx
    .updateTable("action_rules")
    .set(only(rule, SAVED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", rule.id)
    .executeTakeFirstOrThrow();
}

const LIST = `select ${READ} from action_rules where ${IN_FORCE} order by id desc`;

/** Returns the rules in force, the newest first. Their number is limited. */
export async function listRules(tx: ReadTx): Promise<RuleRow[]> {
  return tx.statement<RuleRow>("actions.rules", LIST, [tx.workspace]);
}

const LOCK_TYPE = `select ${READ} from action_rules
where ${IN_FORCE} and action_type = $2 and service_type = $3 order by id for no key update`;

/** Holds the rules for one type of action, so that proposals count their uses one after the other. */
export async function lockRulesOf(tx: Tx, actionType: string, serviceType: string): Promise<RuleRow[]> {
  return tx.statement<RuleRow>("actions.lock-rules", LOCK_TYPE, [tx.workspace, actionType, serviceType]);
}

const LOCK_TOOLS = `select ${READ} from action_rules
where ${IN_FORCE} and service_type = 'mcp' and action_type = any($2::text[]) and (connection_id is null or connection_id = $3)
order by id for no key update`;

/** Holds the rules for these tools of a connection. A rule for all connections is one of them. */
export async function lockRulesOver(tx: Tx, connectionId: string, tools: readonly string[]): Promise<RuleRow[]> {
  return tx.statement<RuleRow>("actions.lock-rules-over", LOCK_TOOLS, [tx.workspace, [...tools], connectionId]);
}

const LOCK_APPROVING = `select ${READ} from action_rules
where ${IN_FORCE} and decision = 'approve' and service_type = $3 and (connection_id is null or connection_id = $2)
order by id for no key update`;

/** Holds the rules that approve for a connection. A rule for all connections is one of them. */
export async function lockApproving(tx: Tx, connectionId: string, serviceType: string): Promise<RuleRow[]> {
  return tx.statement<RuleRow>("actions.lock-approving", LOCK_APPROVING, [tx.workspace, connectionId, serviceType]);
}

const LOCK = `select ${READ} from action_rules where workspace_id = $1 and id = $2 for no key update`;

export async function lockRule(tx: Tx, id: string): Promise<RuleRow> {
  const [rule] = await tx.statement<RuleRow>("actions.lock-rule", LOCK, [tx.workspace, id]);
  if (!rule) throw notFound("rule", id);
  return rule;
}

const CREATE = "select pg_advisory_xact_lock(hashtextextended($1, 35))";

const PROPOSE = "select pg_advisory_xact_lock(hashtextextended($1, 36))";

/** Lets one action of the workspace be proposed at a time, so that the number of those that wait is never exceeded. */
export async function lockProposals(tx: Tx): Promise<void> {
  await tx.statement("actions.lock-proposals", PROPOSE, [tx.workspace]);
}

/** Lets one rule or bypass of the workspace be made at a time, so that their number is never exceeded. */
export async function lockNumber(tx: Tx): Promise<void> {
  await tx.statement("actions.lock-number", CREATE, [tx.workspace]);
}

export async function insertBypass(tx: Tx, bypass: BypassRow): Promise<void> {
  await tx
    .insertInto("action_bypasses")
    .values({ ...only(bypass, BYPASS_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

/** Saves a use or the end of a bypass. The caller has locked it. */
export async function saveBypass(tx: Tx, { id, uses, ended_at, ended_by }: BypassRow): Promise<void> {
  await tx
    .updateTable("action_bypasses")
    .set({ uses, ended_at, ended_by })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

const OPEN = `select ${listOf(BYPASS_COLUMNS)} from action_bypasses where workspace_id = $1 and ended_at is null`;
const LIST_BYPASSES = `${OPEN} and ends_at > bailiwick_now() order by id desc`;

/** Returns the bypasses in force, the newest first. Their number is limited. */
export async function listBypasses(tx: ReadTx): Promise<BypassRow[]> {
  return tx.statement<BypassRow>("actions.bypasses", LIST_BYPASSES, [tx.workspace]);
}

const LOCK_BYPASSES = `${OPEN} and (agent_id is null or agent_id = $2) order by id for no key update`;

/** Holds the bypasses that cover an agent. */
export async function lockBypassesOf(tx: Tx, agentId: string): Promise<BypassRow[]> {
  return tx.statement<BypassRow>("actions.lock-bypasses", LOCK_BYPASSES, [tx.workspace, agentId]);
}

const LOCK_BYPASS = `select ${listOf(BYPASS_COLUMNS)} from action_bypasses
where workspace_id = $1 and id = $2 for no key update`;

export async function lockBypass(tx: Tx, id: string): Promise<BypassRow> {
  const [bypass] = await tx.statement<BypassRow>("actions.lock-bypass", LOCK_BYPASS, [tx.workspace, id]);
  if (!bypass) throw notFound("bypass", id);
  return bypass;
}

const BYPASSES_OVER = `${OPEN} and ends_at <= bailiwick_clock() order by id for no key update`;

/** Holds the bypasses whose time is over. */
export async function lockBypassesOver(tx: Tx): Promise<BypassRow[]> {
  return tx.statement<BypassRow>("actions.bypasses-over", BYPASSES_OVER, [tx.workspace]);
}
