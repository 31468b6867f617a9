import type { ColumnType, Generated } from "kysely";
import type { Role } from "../kernel/actor.ts";
import type { ReadTx, Tx } from "../kernel/db.ts";
import type { Fact } from "../kernel/operation.ts";
import type { Key, Scope } from "./schema.ts";

type Time<OnInsert> = ColumnType<string | null, OnInsert, Date | null>;

declare module "../kernel/db.ts" {
  interface Tables {
    members: {
      workspace_id: string;
      user_id: string;
      role: Role;
      joined_at: Generated<string>;
      ended_at: string | null;
    };
    api_keys: {
      workspace_id: string;
      id: string;
      kind: Key["kind"];
      agent_id: string | null;
      name: string;
      scopes: Scope[];
      prefix: string;
      /** Written, never read: keys are found by the database. */
      key_hash: ColumnType<never, string, never>;
      created_by_user_id: string | null;
      expires_at: Time<string | null>;
      revoked_at: Time<undefined>;
      last_used_at: Time<undefined>;
      created_at: Generated<string>;
    };
  }
}

const KEY_COLUMNS = [
  "id",
  "kind",
  "name",
  "agent_id",
  "scopes",
  "prefix",
  "expires_at",
  "revoked_at",
  "last_used_at",
  "created_by_user_id",
  "created_at",
] as const;

type NewKeyRow = Pick<Key, "id" | "kind" | "name" | "agent_id" | "scopes" | "prefix" | "created_by_user_id"> & {
  key_hash: string;
  expires_at: string | null;
};

export async function insertKey(tx: Tx, key: NewKeyRow): Promise<Key> {
  return tx
    .insertInto("api_keys")
    .values({ workspace_id: tx.workspace, ...key })
    .returning(KEY_COLUMNS)
    .executeTakeFirstOrThrow();
}

export interface KeyFilter {
  kind?: Key["kind"];
  agent_id?: string;
  before?: string | undefined;
}

/** Newest first: ids rise with time. */
export async function listKeys(tx: ReadTx, { kind, agent_id, before }: KeyFilter, limit: number): Promise<Key[]> {
  let rows = tx.selectFrom("api_keys").select(KEY_COLUMNS).where("workspace_id", "=", tx.workspace);
  if (kind) rows = rows.where("kind", "=", kind);
  if (agent_id) rows = rows.where("agent_id", "=", agent_id);
  if (before) rows = rows.where("id", "<", before);
  return rows.orderBy("id", "desc").limit(limit).execute();
}

export async function lockKey(tx: Tx, id: string): Promise<Key | undefined> {
  return tx
    .selectFrom("api_keys")
    .select(KEY_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .forNoKeyUpdate()
    .executeTakeFirst();
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

/**
 * For the command that archives an agent: its keys open nothing any more. Answers the facts to store with it; the
 * command says `changesCredentials`.
 */
export async function revokeAgentKeys(tx: Tx, agentId: string): Promise<Fact[]> {
  const keys = await tx.statement<{ id: string; name: string }>(
    "keys.revoke-of-agent",
    `update api_keys set revoked_at = bailiwick_now()
     where workspace_id = $1 and agent_id = $2 and revoked_at is null returning id, name`,
    [tx.workspace, agentId],
  );
  return keys.map(({ id, name }) => revokedFact({ id, name, kind: "agent", agent_id: agentId }));
}

/** Whatever one person made and is still good. */
export async function revokeKeysMadeBy(tx: Tx, userId: string): Promise<RevokedKey[]> {
  return tx.statement<RevokedKey>(
    "keys.revoke-made-by",
    `update api_keys set revoked_at = bailiwick_now()
     where workspace_id = $1 and created_by_user_id = $2 and revoked_at is null returning id, kind, name, agent_id`,
    [tx.workspace, userId],
  );
}

type RevokedKey = Pick<Key, "id" | "kind" | "name" | "agent_id">;

export function revokedFact({ id, kind, name, agent_id }: RevokedKey): Fact {
  return { type: "key.revoked", subject: { kind: "key", id }, data: { kind, name, agent_id }, agent_id };
}

/** Keys that still open something: what the tier counts. */
export async function countUsableKeys(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ used: number }>(
    "keys.count-usable",
    `select count(*)::int as used from api_keys
     where workspace_id = $1 and revoked_at is null and (expires_at is null or expires_at > bailiwick_now())`,
    [tx.workspace],
  );
  return row?.used ?? 0;
}

/** At most once a minute, so that a busy key costs no write per call. */
export async function touchKey(tx: Tx, id: string): Promise<void> {
  await tx.statement(
    "keys.touch",
    `update api_keys set last_used_at = bailiwick_now() where workspace_id = $1 and id = $2
     and (last_used_at is null or last_used_at < bailiwick_now() - interval '1 minute')`,
    [tx.workspace, id],
  );
}
