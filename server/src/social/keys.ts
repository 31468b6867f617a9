/** The sealed keys of accounts. */
import type { Tx } from "../kernel/db/tx.ts";
import type { SecretBox } from "../kernel/environment.ts";
import type { AccountRow } from "./schema.ts";
import { lockStale, saveAccount } from "./store/accounts.ts";

const placeOf = (agentId: string) => `social:${agentId}:key`;

export function sealKey(secrets: SecretBox, workspace: string, agentId: string, plain: string): string {
  return secrets.seal(workspace, placeOf(agentId), plain);
}

export function openKey(
  secrets: SecretBox,
  workspace: string,
  { agent_id, sealed_key }: Pick<AccountRow, "agent_id" | "sealed_key">,
): string {
  return secrets.open(workspace, placeOf(agent_id), sealed_key);
}

/** Seals keys again that older master keys sealed. Returns the number of accounts. */
export async function resealAccounts(tx: Tx, secrets: SecretBox, most: number): Promise<number> {
  const stale = await lockStale(tx, secrets.keyId, most);
  for (const row of stale) {
    const sealed_key = sealKey(secrets, tx.workspace, row.agent_id, openKey(secrets, tx.workspace, row));
    await saveAccount(tx, { ...row, sealed_key });
  }
  return stale.length;
}
