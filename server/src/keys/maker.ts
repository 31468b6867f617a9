/** Decides which keys a key may rotate and revoke. */
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import type { Key } from "./schema.ts";
import { isMadeWith } from "./store/keys.ts";

/**
 * Throws unless the key is the caller's own key or was made with it. Keys made with a key end with it and have no wider
 * scopes and no longer life, so the caller gains nothing. People and the server may rotate and revoke any key.
 */
export async function requireMadeWith(tx: Tx, { key_id: maker }: Actor, { id }: Pick<Key, "id">): Promise<void> {
  if (maker === null || maker === id || (await isMadeWith(tx, maker, id))) return;
  throw new Problem("forbidden", "A key may rotate or revoke only itself and the keys made with it.", {
    next_step: "Ask an owner or admin of the workspace.",
  });
}
