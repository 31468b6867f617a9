import { type ColumnType, type Generated, sql } from "kysely";
import Type, { type Static } from "typebox";
import type { Role } from "../../kernel/actor.ts";
import type { Rows } from "../../kernel/db/capped-rows.ts";
import { columnsOf, only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound } from "../../kernel/problem.ts";
import { Fields, Id, Nullable } from "../../kernel/schema.ts";
import { type Key, KeyColumns, type KeyStatus } from "../schema.ts";

type KeyRow = Static<typeof KeyColumns>;
type Time<OnInsert> = ColumnType<string | null, OnInsert, Date | null>;

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    api_keys: Omit<KeyRow, "expires_at" | "revoked_at" | "last_used_at" | "created_at"> & {
      workspace_id: string;
      /** Never read here: the SQL function `find_key` compares the hash. */
      key_hash: ColumnType<never, string, never>;
      expires_at: Time<string | null>;
      revoked_at: Time<undefined>;
      last_used_at: Time<undefined>;
      created_at: Generated<string>;
      stop_id: string | null;
    };
  }
}

const KEY_COLUMNS = [
  ...columnsOf(KeyColumns),
  sql<Role | null>`(select m.role from members m where m.workspace_id = api_keys.workspace_id
    and m.user_id = api_keys.responsible_user_id and m.ended_at is null)`.as("responsible_role"),
  sql<string | null>`case when revoked_at is null and previous_expires_at > bailiwick_now()
    then previous_expires_at end`.as("previous_expires_at"),
] as const;

const { revoked_at, last_used_at, created_at, ...given } = KeyColumns.properties;
const NewKeyColumns = Fields({ ...given, key_hash: Type.String(), stop_id: Nullable(Id) });
type NewKeyRow = Static<typeof NewKeyColumns>;

export async function insertKey(tx: Tx, key: NewKeyRow): Promise<Key> {
  return tx
    .insertInto("api_keys")
    .values({ ...only(key, columnsOf(NewKeyColumns)), workspace_id: tx.workspace })
    .returning(KEY_COLUMNS)
    .executeTakeFirstOrThrow();
}

export interface KeyFilter {
  kind?: Key["kind"];
  agent_id?: string;
  status?: KeyStatus;
  before?: string | undefined;
}

const OF_STATUS: Record<KeyStatus, ReturnType<typeof sql<boolean>>> = {
  usable: sql`revoked_at is null and (expires_at is null or expires_at > bailiwick_now())`,
  revoked: sql`revoked_at is not null`,
  expired: sql`revoked_at is null and expires_at <= bailiwick_now()`,
};

/** Lists the newest first, because ids rise with time. */
export function listKeys(tx: ReadTx, filter: KeyFilter): Rows<Key> {
  const { kind, agent_id, status, before } = filter;
  let rows = tx.selectFrom("api_keys").select(KEY_COLUMNS).where("workspace_id", "=", tx.workspace);
  if (kind) rows = rows.where("kind", "=", kind);
  if (agent_id) rows = rows.where("agent_id", "=", agent_id);
  if (status) rows = rows.where(OF_STATUS[status]);
  if (before) rows = rows.where("id", "<", before);
  return rows.orderBy("id", "desc");
}

export async function getKey(tx: ReadTx, id: string): Promise<Key> {
  const key = await findKeyById(tx, id);
  if (!key) throw notFound("key", id);
  return key;
}

export async function findKeyById(tx: ReadTx, id: string): Promise<Key | undefined> {
  return tx
    .selectFrom("api_keys")
    .select(KEY_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function lockKey(tx: Tx, id: string): Promise<Key> {
  const key = await tx
    .selectFrom("api_keys")
    .select(KEY_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!key) throw notFound("key", id);
  return key;
}

export async function saveRevoked(tx: Tx, id: string, at: Date): Promise<Key> {
  return tx
    .updateTable("api_keys")
    .set({ revoked_at: at })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .where("revoked_at", "is", null)
    .returning(KEY_COLUMNS)
    .executeTakeFirstOrThrow();
}

/** Returns the billing mode of a key. */
export async function billingModeOf(tx: ReadTx, id: string): Promise<Key["billing_mode"]> {
  const text = "select billing_mode from api_keys where workspace_id = $1 and id = $2";
  const [key] = await tx.statement<Pick<Key, "billing_mode">>("keys.billing", text, [tx.workspace, id]);
  return key?.billing_mode ?? null;
}

/** Counts the keys that are neither revoked nor expired. The tier limits this number. */
export async function countUsableKeys(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ used: number }>(
    "keys.count-usable",
    `select count(*)::int as used from api_keys
     where workspace_id = $1 and revoked_at is null and (expires_at is null or expires_at > bailiwick_now())`,
    [tx.workspace],
  );
  return row?.used ?? 0;
}

export interface Rotation {
  id: string;
  key_hash: string;
  prefix: string;
  expires_at: string | null;
  /** Null when the old secret ends at once. */
  previous_expires_at: string | null;
}

/** Stores the new secret's hash. The SQL function keeps the old hash, which the server's role cannot read. */
export async function saveRotated(tx: Tx, rotation: Rotation): Promise<void> {
  const { id, key_hash, prefix, previous_expires_at, expires_at } = rotation;
  await tx.statement("keys.rotate", "select rotate_key($1, $2, $3, $4, $5)", [
    id,
    key_hash,
    prefix,
    previous_expires_at,
    expires_at,
  ]);
}

/** Returns true when a key made with this one would be usable after `end`. A null `end` means never. */
export async function isOutlived(tx: Tx, id: string, end: string | null): Promise<boolean> {
  const [row] = await tx.statement<{ is_outlived: boolean }>(
    "keys.is-outlived",
    `select exists (select from api_keys where workspace_id = $1 and created_by_key_id = $2 and revoked_at is null
       and $3::timestamptz is not null and (expires_at is null or expires_at > $3)) as is_outlived`,
    [tx.workspace, id, end],
  );
  return row?.is_outlived ?? false;
}

/** Returns true when the key was made with the maker, directly or through other keys. */
export async function isMadeWith(tx: Tx, makerId: string, id: string): Promise<boolean> {
  const [row] = await tx.statement<{ is_made: boolean }>(
    "keys.is-made-with",
    `with recursive above as (
       select created_by_key_id as id from api_keys where workspace_id = $1 and id = $2
       union select k.created_by_key_id from api_keys k join above a on k.workspace_id = $1 and k.id = a.id)
     select exists (select from above where id = $3) as is_made`,
    [tx.workspace, id, makerId],
  );
  return row?.is_made ?? false;
}

const PEOPLE_BEHIND = `
with recursive above as (
  select id as key_id, created_by_user_id, created_by_key_id from api_keys
    where workspace_id = $1 and id = any($2::uuid[])
  union all
  select a.key_id, k.created_by_user_id, k.created_by_key_id
    from above a join api_keys k on k.workspace_id = $1 and k.id = a.created_by_key_id
)
select key_id, created_by_user_id as user_id from above where created_by_user_id is not null`;

/**
 * Returns, by key, the person who made the key, directly or through other keys. Keys without a known maker are left
 * out.
 */
export async function findPeopleBehind(tx: ReadTx, keyIds: readonly string[]): Promise<Map<string, string>> {
  if (keyIds.length === 0) return new Map();
  const values = [tx.workspace, [...keyIds]];
  const rows = await tx.statement<{ key_id: string; user_id: string }>("keys.people-behind", PEOPLE_BEHIND, values);
  return new Map(rows.map(({ key_id, user_id }) => [key_id, user_id]));
}

const ANSWERABLE = `select array[created_by_user_id, responsible_user_id] as people, created_by_key_id from api_keys
where workspace_id = $1 and id = any($2::uuid[])`;

/** Returns, for each key, who made it and who answers for it. */
export async function listAnswerable(
  tx: ReadTx,
  keyIds: readonly string[],
): Promise<{ people: (string | null)[]; created_by_key_id: string | null }[]> {
  return tx.statement("keys.answerable", ANSWERABLE, [tx.workspace, [...keyIds]]);
}

export type EndedKey = Pick<Key, "id" | "kind" | "name" | "agent_id">;

const USABLE = "k.revoked_at is null and (k.expires_at is null or k.expires_at > bailiwick_now())";

const BELOW_KEY = `with recursive below as (
      select k.id from api_keys k where k.workspace_id = $1 and k.created_by_key_id = $2
      union select k.id from api_keys k join below b on k.workspace_id = $1 and k.created_by_key_id = b.id)
    update api_keys k set revoked_at = bailiwick_now() from below b
    where k.workspace_id = $1 and k.id = b.id and ${USABLE} returning k.id, k.kind, k.name, k.agent_id`;

export async function saveEndedOfPerson(tx: Tx, userId: string): Promise<EndedKey[]> {
  return tx.statement<EndedKey>(
    "keys.end-of-person",
    `update api_keys k set revoked_at = bailiwick_now()
     where k.workspace_id = $1 and k.responsible_user_id = $2 and ${USABLE} returning k.id, k.kind, k.name, k.agent_id`,
    [tx.workspace, userId],
  );
}

export async function saveEndedBelowKey(tx: Tx, keyId: string): Promise<EndedKey[]> {
  return tx.statement<EndedKey>("keys.end-below-key", BELOW_KEY, [tx.workspace, keyId]);
}

export async function saveEndedOfAgent(tx: Tx, agentId: string): Promise<EndedKey[]> {
  return tx.statement<EndedKey>(
    "keys.end-of-agent",
    `update api_keys k set revoked_at = bailiwick_now()
     where k.workspace_id = $1 and k.agent_id = $2 and ${USABLE} returning k.id, k.kind, k.name, k.agent_id`,
    [tx.workspace, agentId],
  );
}
