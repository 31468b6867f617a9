/** The table of grants. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import type { PersonalChange } from "../../risk/index.ts";
import { GRANT_COLUMNS, type GrantRow } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    policy_grants: Omit<GrantRow, "allowed_changes"> & { workspace_id: string; allowed_changes: string };
  }
}

export async function insertGrant(tx: Tx, grant: GrantRow): Promise<void> {
  const allowed_changes = JSON.stringify(grant.allowed_changes);
  await tx
    .insertInto("policy_grants")
    .values({ ...only(grant, GRANT_COLUMNS), allowed_changes, workspace_id: tx.workspace })
    .execute();
}

const LOCK = `select ${listOf(GRANT_COLUMNS)} from policy_grants where workspace_id = $1 and id = $2 for no key update`;

/** Holds the grant until the transaction ends. */
export async function lockGrant(tx: Tx, id: string): Promise<GrantRow> {
  const [grant] = await tx.statement<GrantRow>("governance.lock-grant", LOCK, [tx.workspace, id]);
  if (!grant) throw notFound("grant", id);
  return grant;
}

export interface GrantFilters {
  agent_id?: string | undefined;
  includesEnded: boolean;
}

const LIST = `select ${listOf(GRANT_COLUMNS)} from policy_grants
where workspace_id = $1 and ($2::timestamptz is null or (valid_to, id) > ($2, $3::uuid)) and ($4::uuid is null or agent_id = $4)
  and ($5 or status = 'active' and valid_from <= bailiwick_now() and valid_to > bailiwick_now())
order by valid_to, id`;

/** The first to end comes first. */
export function listGrants(
  tx: ReadTx,
  { agent_id, includesEnded }: GrantFilters,
  [end = null, id = null]: readonly (string | null)[],
): Rows<GrantRow> {
  return rowsOf("governance.list-grants", LIST, [tx.workspace, end, id, agent_id ?? null, includesEnded]);
}

const SAVE = `update policy_grants set uses = $3, spend_delta_nanos = $4, status = $5, revoked_at = $6, revoked_by = $7
where workspace_id = $1 and id = $2 and status = 'active'`;

/** The caller has locked the grant, and it was active. */
export async function saveGrant(tx: Tx, grant: GrantRow): Promise<void> {
  const { id, uses, spend_delta_nanos, status, revoked_at, revoked_by } = grant;
  const values = [tx.workspace, id, uses, String(spend_delta_nanos), status, revoked_at, revoked_by];
  await tx.statement("governance.save-grant", SAVE, values);
}

const ROUND = 200;
const EXPIRE = `update policy_grants set status = 'expired' where workspace_id = $1 and id in (
  select id from policy_grants where workspace_id = $1 and status = 'active' and valid_to <= bailiwick_clock()
  order by id limit ${ROUND} for no key update)
returning ${listOf(GRANT_COLUMNS)}`;

/** Ends the grants whose time is over, each once. */
export async function expireGrants(tx: Tx): Promise<GrantRow[]> {
  return tx.statement<GrantRow>("governance.expire-grants", EXPIRE, [tx.workspace]);
}

const REVOKE_OF = `update policy_grants set status = 'revoked', revoked_at = $4, revoked_by = $5
where workspace_id = $1 and policy_id = $2 and status = 'active' and (allowed_changes -> 'fields') ?| $3::text[]
returning ${listOf(GRANT_COLUMNS)}`;

/** Revokes the active grants for one of the fields. The caller runs alone in its workspace. */
export async function revokeGrantsOf(tx: Tx, { policy_id, fields, at, user_id }: PersonalChange): Promise<GrantRow[]> {
  const values = [tx.workspace, policy_id, fields, at, user_id];
  return tx.statement<GrantRow>("governance.revoke-grants-of", REVOKE_OF, values);
}
