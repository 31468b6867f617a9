/** Which keys a key may touch. */

import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/db.ts";
import { Problem } from "../kernel/problem.ts";
import type { Key } from "./schema.ts";
import { isMadeWith } from "./store/keys.ts";

/**
 * A key rotates and revokes itself and what was made with it alone: those end with it, and have no more scopes and no
 * longer life. People and the server itself do so with any key.
 */
export async function requireHangsOn(tx: Tx, { key_id: maker }: Actor, { id }: Pick<Key, "id">): Promise<void> {
  if (maker === null || maker === id || (await isMadeWith(tx, maker, id))) return;
  throw new Problem("forbidden", "A key may rotate or revoke itself and the keys made with it, and no other.", {
    next_step: "Ask an owner or admin of the workspace.",
  });
}
