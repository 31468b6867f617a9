/** The table of risk policies. Commands that change it run alone in their workspace. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { BREAKER_TYPES, POLICY_COLUMNS, type PolicyRow } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    risk_policies: PolicyRow & { workspace_id: string };
  }
}

/** The policies of a workspace. Each batch of events looks at all of them. */
export const POLICIES_MAX = 200;

export async function insertPolicy(tx: Tx, policy: PolicyRow): Promise<void> {
  await tx
    .insertInto("risk_policies")
    .values({ ...only(policy, POLICY_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

function policyOf(tx: ReadTx, id: string) {
  return tx
    .selectFrom("risk_policies")
    .select(POLICY_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id);
}

export async function getPolicy(tx: ReadTx, id: string): Promise<PolicyRow> {
  const policy = await policyOf(tx, id).executeTakeFirst();
  if (!policy) throw notFound("risk policy", id);
  return policy;
}

const CHANGED = POLICY_COLUMNS.filter((name) => !["id", "policy_type", "agent_id", "created_at"].includes(name));

export async function savePolicy(tx: Tx, policy: PolicyRow): Promise<void> {
  await tx
    .updateTable("risk_policies")
    .set(only(policy, CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", policy.id)
    .executeTakeFirstOrThrow();
}

export async function deletePolicy(tx: Tx, id: string): Promise<void> {
  await tx
    .deleteFrom("risk_policies")
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

const LIST = `select ${listOf(POLICY_COLUMNS)} from risk_policies
where workspace_id = $1 and ($2::uuid is null or id < $2) order by id desc`;

/** The newest first. `before` is the last id read. */
export function listPolicies(tx: ReadTx, before: string | null): Rows<PolicyRow> {
  return rowsOf("risk.list-policies", LIST, [tx.workspace, before]);
}

const HAS = `select exists (select from risk_policies where workspace_id = $1 and policy_type <> all($2::text[])) as is_found`;

/** Loop breakers are not counted: the server makes some by itself. */
export async function hasPolicy(tx: ReadTx): Promise<boolean> {
  const [row] = await tx.statement<{ is_found: boolean }>("risk.has-policy", HAS, [tx.workspace, [...BREAKER_TYPES]]);
  return row?.is_found ?? false;
}

const ALL = `select ${listOf(POLICY_COLUMNS)} from risk_policies where workspace_id = $1 order by id`;

/** At most POLICIES_MAX. */
export async function allPolicies(tx: ReadTx): Promise<PolicyRow[]> {
  return tx.statement<PolicyRow>("risk.all", ALL, [tx.workspace]);
}

export async function enabledPolicies(tx: ReadTx): Promise<PolicyRow[]> {
  return (await allPolicies(tx)).filter(({ is_enabled }) => is_enabled);
}

/** Stores a policy unless its scope has one of its type and mode. Returns true when it was stored. */
export async function insertDefault(tx: Tx, policy: PolicyRow): Promise<boolean> {
  const rows = await tx
    .insertInto("risk_policies")
    .values({ ...only(policy, POLICY_COLUMNS), workspace_id: tx.workspace })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .execute();
  return rows.length > 0;
}

const OF_TYPE = `select ${listOf(POLICY_COLUMNS)} from risk_policies
where workspace_id = $1 and agent_id is null and policy_type = $2 and mode = $3`;

/** Returns the policy for all agents of this type and mode. */
export async function getOfType(tx: Tx, type: PolicyRow["policy_type"], mode: PolicyRow["mode"]): Promise<PolicyRow> {
  const [row] = await tx.statement<PolicyRow>("risk.of-type", OF_TYPE, [tx.workspace, type, mode]);
  if (!row) throw new Error(`There is no ${mode} policy ${type}.`);
  return row;
}

const LOCK = `select ${listOf(POLICY_COLUMNS)} from risk_policies
where workspace_id = $1 and id = any($2::uuid[]) order by id for no key update`;

/** Locks policies in the order of their ids. It comes after the locks on caps. */
export async function lockPolicies(tx: Tx, ids: readonly string[]): Promise<PolicyRow[]> {
  return tx.statement<PolicyRow>("risk.lock", LOCK, [tx.workspace, [...ids]]);
}

const SAME = `select
  (select count(*)::int from risk_policies where workspace_id = $1) as policies,
  (select id from risk_policies where workspace_id = $1 and agent_id is not distinct from $2::uuid and policy_type = $3
    and mode = $4 and id <> $5::uuid) as same_id`;

type Scope = Pick<PolicyRow, "id" | "agent_id" | "policy_type" | "mode">;

/** Throws when the scope has such a policy already. The command runs alone, so the result holds. */
export async function requireOnly(tx: Tx, { id, agent_id, policy_type, mode }: Scope, more: number): Promise<void> {
  const values = [tx.workspace, agent_id, policy_type, mode, id];
  const [row] = await tx.statement<{ policies: number; same_id: string | null }>("risk.same", SAME, values);
  if (row?.same_id) {
    const whose = agent_id === null ? "The workspace" : "The agent";
    throw new Problem("conflict", `${whose} has a policy of this type and mode already.`, {
      policy_id: row.same_id,
      next_step: "Change that policy, or delete it first.",
    });
  }
  if ((row?.policies ?? 0) + more > POLICIES_MAX)
    throw new Problem("conflict", `A workspace has at most ${POLICIES_MAX} risk policies.`);
}
