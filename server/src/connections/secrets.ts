/** The sealed secrets of connections. */
import type { Tx } from "../kernel/db/tx.ts";
import type { SecretBox } from "../kernel/environment.ts";
import type { ConnectionRow } from "./schema.ts";
import { lockStale, saveConnection } from "./store/connections.ts";

const placeOf = (id: string) => `connection:${id}:secret`;

export function sealSecret(secrets: SecretBox, workspace: string, id: string, plain: string): string {
  return secrets.seal(workspace, placeOf(id), plain);
}

export function openSecret(
  secrets: SecretBox,
  workspace: string,
  { id, sealed_secret }: Pick<ConnectionRow, "id" | "sealed_secret">,
): string | undefined {
  return sealed_secret === null ? undefined : secrets.open(workspace, placeOf(id), sealed_secret);
}

/** Seals secrets again that older master keys sealed. Returns the number of connections. */
export async function resealConnections(tx: Tx, secrets: SecretBox, most: number): Promise<number> {
  const stale = await lockStale(tx, secrets.keyId, most);
  for (const row of stale) {
    const plain = openSecret(secrets, tx.workspace, row);
    if (plain === undefined) continue;
    await saveConnection(tx, { ...row, sealed_secret: sealSecret(secrets, tx.workspace, row.id, plain) });
  }
  return stale.length;
}
