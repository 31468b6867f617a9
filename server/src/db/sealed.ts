/**
 * Reads and replaces sealed values of the whole database, as the login role: for the server's start and its operator.
 */
import type { SecretBox } from "../kernel/environment.ts";
import { readServerName, SERVER_NAME, type ServerKeys } from "./server-name.ts";

/** A connection of the login role, or a pool of them. */
interface Connection {
  query<Row extends object>(text: string, values?: unknown[]): Promise<{ rows: Row[] }>;
}

/** The place that the key of fingerprints is sealed for; it belongs to no workspace. */
const PLACE = ["installation", "fingerprint-key"] as const;

/**
 * Returns the sealed key of fingerprints. The first server that starts stores its own key; every server uses that key.
 */
export async function storedFingerprintKey(connection: Connection, box: SecretBox, own: string): Promise<string> {
  await connection.query("update installation set sealed_fingerprint_key = $1 where sealed_fingerprint_key is null", [
    box.seal(...PLACE, own),
  ]);
  return sealedFingerprintKey(connection);
}

/** Returns the key as base64. Throws when none of the master keys opens it. */
export function openFingerprintKey(box: SecretBox, sealed: string): string {
  return box.open(...PLACE, sealed);
}

/**
 * Seals the key of fingerprints again with the key of the box. From then on every server seals with that key. Returns false
 * when it had sealed the key of fingerprints already.
 */
export async function resealFingerprintKey(connection: Connection, box: SecretBox): Promise<boolean> {
  const before = await sealedFingerprintKey(connection);
  if (sealingKeyIn(before) === box.keyId) return false;
  const sealed = box.seal(...PLACE, box.open(...PLACE, before));
  await connection.query("update installation set sealed_fingerprint_key = $1 where sealed_fingerprint_key = $2", [
    sealed,
    before,
  ]);
  return true;
}

/** Returns the id of the master key that seals on all servers; undefined before the first start. */
export async function readSealingKey(connection: Connection): Promise<string | undefined> {
  return sealingKeyIn(await sealedFingerprintKey(connection));
}

export function sealingKeyIn(sealed: string): string | undefined {
  return sealed.split(".")[1];
}

/** Returns true when a master key has sealed values of this database: every server that starts seals one. */
export async function hasSealed(connection: Connection): Promise<boolean> {
  return (await sealedFingerprintKey(connection)) !== "";
}

/** Returns an empty text before the first start of a server. */
export async function sealedFingerprintKey(connection: Connection): Promise<string> {
  const { rows } = await connection.query<{ sealed: string }>(
    "select sealed_fingerprint_key as sealed from installation",
  );
  return rows[0]?.sealed ?? "";
}

const COUNTS = `
select key_id, count(*)::int as values from (
  select split_part(sealed, '.', 2) as key_id from agent_secrets
  union all select split_part(sealed, '.', 2) from idempotency_answers where sealed is not null
  union all select split_part(s.sealed, '.', 2) from outbox_targets t
    cross join lateral (values (t.sealed_address), (t.sealed_secret), (t.sealed_previous)) s(sealed)
    where s.sealed is not null
  union all select split_part(sealed_secret, '.', 2) from connections where sealed_secret is not null
  union all select split_part(sealed_key, '.', 2) from audit_trees
  union all select split_part(sealed_fingerprint_key, '.', 2) from installation) s
group by key_id order by key_id`;

/** Counts the values that each master key has sealed. */
export async function countSealed(connection: Connection): Promise<{ key_id: string; values: number }[]> {
  const { rows } = await connection.query<{ key_id: string; values: number }>(COUNTS);
  return rows;
}

const HOLDERS = `
select workspace_id as id from agent_secrets where split_part(sealed, '.', 2) <> $1
union select workspace_id from idempotency_answers where sealed is not null and split_part(sealed, '.', 2) <> $1
union select workspace_id from outbox_targets where split_part(sealed_address, '.', 2) <> $1
  or split_part(sealed_secret, '.', 2) <> $1 or split_part(sealed_previous, '.', 2) <> $1
union select workspace_id from connections where split_part(sealed_secret, '.', 2) <> $1
union select workspace_id from audit_trees where split_part(sealed_key, '.', 2) <> $1
order by id`;

/** Lists the workspaces that hold values sealed with other keys than this one. */
export async function listHolders(connection: Connection, keyId: string): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(HOLDERS, [keyId]);
  return rows.map(({ id }) => id);
}

const SERVERS = `
select application_name as name from pg_stat_activity
where datname = current_database() and application_name like '${SERVER_NAME}%'`;

/** Lists the running servers of this database, each with its master keys. */
export async function listServers(connection: Connection): Promise<ServerKeys[]> {
  const { rows } = await connection.query<{ name: string }>(SERVERS);
  return rows.map(({ name }) => readServerName(name));
}

/** Takes the lock of the rotation, which is held until the connection ends. Returns false while another one runs. */
export async function takeRotation(connection: Connection): Promise<boolean> {
  const { rows } = await connection.query<{ taken: boolean }>("select pg_try_advisory_lock(7300101) as taken");
  return rows[0]?.taken ?? false;
}
