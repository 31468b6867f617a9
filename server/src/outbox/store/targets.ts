/** The table of receivers: webhooks and channels. A deleted receiver is unknown. */
import type { Rows } from "../../kernel/db/capped-rows.ts";
import { listOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { TARGET_COLUMNS, type TargetRow } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    outbox_targets: TargetRow & { workspace_id: string; deleted_at: string | null };
  }
}

function known(tx: ReadTx) {
  return tx
    .selectFrom("outbox_targets")
    .select(TARGET_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("deleted_at", "is", null);
}

export async function insertTarget(tx: Tx, target: TargetRow): Promise<void> {
  await tx
    .insertInto("outbox_targets")
    .values({ ...only(target, TARGET_COLUMNS), workspace_id: tx.workspace, deleted_at: null })
    .execute();
}

type Role = TargetRow["role"];

export async function getTarget(tx: ReadTx, role: Role, id: string): Promise<TargetRow> {
  const row = await known(tx).where("role", "=", role).where("id", "=", id).executeTakeFirst();
  if (!row) throw notFound(role, id);
  return row;
}

/** Holds the receiver until the transaction ends, so that its rows change one at a time. */
export async function lockTarget(tx: Tx, role: Role, id: string): Promise<TargetRow> {
  const row = await known(tx).where("role", "=", role).where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound(role, id);
  return row;
}

/** Returns undefined for a receiver that was deleted. */
export async function tryLockTarget(tx: Tx, id: string): Promise<TargetRow | undefined> {
  return known(tx).where("id", "=", id).forNoKeyUpdate().executeTakeFirst();
}

/** Holds all enabled receivers, in the order of their ids. */
export async function lockEnabled(tx: Tx): Promise<TargetRow[]> {
  return known(tx).where("is_enabled", "=", true).orderBy("id").forNoKeyUpdate().execute();
}

/** The newest first. `before` is the last id read. */
export function listTargets(tx: ReadTx, role: Role, before: string | undefined): Rows<TargetRow> {
  return known(tx)
    .where("role", "=", role)
    .$if(before !== undefined, (rows) => rows.where("id", "<", before ?? ""))
    .orderBy("id", "desc");
}

const COUNT = `select count(*) filter (where role = $2)::int as of_role, count(*) filter (where is_enabled)::int as enabled
from outbox_targets where workspace_id = $1 and deleted_at is null`;

export async function countTargets(tx: ReadTx, role: Role): Promise<{ of_role: number; enabled: number }> {
  const [row] = await tx.statement<{ of_role: number; enabled: number }>("outbox.count-targets", COUNT, [
    tx.workspace,
    role,
  ]);
  return row ?? { of_role: 0, enabled: 0 };
}

const CHANGED = TARGET_COLUMNS.filter((name) => !["id", "role", "kind", "created_at"].includes(name));

/** The caller holds the receiver. */
export async function saveTarget(tx: Tx, target: TargetRow): Promise<void> {
  await tx
    .updateTable("outbox_targets")
    .set(only(target, CHANGED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", target.id)
    .executeTakeFirstOrThrow();
}

/** The secrets go at once; the rows go with the next round of the sweep. */
export async function deleteTarget(tx: Tx, id: string, at: Date): Promise<void> {
  await tx
    .updateTable("outbox_targets")
    .set({ deleted_at: at.toISOString(), sealed_address: null, sealed_secret: null, sealed_previous: null })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
}

const STALE = `select ${listOf(TARGET_COLUMNS)} from outbox_targets
where workspace_id = $1 and deleted_at is null and (split_part(sealed_address, '.', 2) <> $2
  or split_part(sealed_secret, '.', 2) <> $2 or split_part(sealed_previous, '.', 2) <> $2)
order by id limit $3 for no key update`;

/** Holds receivers with values that another master key sealed. */
export async function lockStale(tx: Tx, keyId: string, most: number): Promise<TargetRow[]> {
  return tx.statement<TargetRow>("outbox.stale", STALE, [tx.workspace, keyId, most]);
}
