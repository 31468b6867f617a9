import type { Tx } from "../../kernel/db/tx.ts";
import type { SecretBox } from "../../kernel/environment.ts";
import { lockStaleTree, saveTree } from "../store/trees.ts";
import { openKey, sealKey } from "./key.ts";

/** Seals the signing key again when an older master key sealed it. Returns the number of keys. */
export async function resealSigningKey(tx: Tx, secrets: SecretBox): Promise<number> {
  const row = await lockStaleTree(tx, secrets.keyId);
  if (!row) return 0;
  await saveTree(tx, { ...row, sealed_key: sealKey(secrets, tx.workspace, openKey(secrets, tx.workspace, row)) });
  return 1;
}
