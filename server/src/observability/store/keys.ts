/** The keys of events that were counted. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";

const INSERT = `insert into obs_keys (workspace_id, key_hash, event_id)
select $1, decode(k.hash, 'hex'), $3 from unnest($2::text[]) as k(hash) order by 2 on conflict do nothing`;

/** Marks keys as counted, before the events of the batch are stored. */
export async function insertKeys(tx: Tx, hashes: readonly string[], eventId: string): Promise<void> {
  await tx.statement("obs.insert-keys", INSERT, [tx.workspace, [...hashes], eventId]);
}

const FIND = `select encode(key_hash, 'hex') as hash from obs_keys
where workspace_id = $1 and key_hash in (select decode(k.hash, 'hex') from unnest($2::text[]) as k(hash))`;

/** Returns those of the keys that were counted. */
export async function findKeys(tx: ReadTx, hashes: readonly string[]): Promise<ReadonlySet<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await tx.statement<{ hash: string }>("obs.find-keys", FIND, [tx.workspace, [...hashes]]);
  return new Set(rows.map(({ hash }) => hash));
}
