/** Who makes or rotates a key, looked at again under the lock of the workspace: the credential may have ended since. */
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db.ts";
import { Problem } from "../kernel/problem.ts";
import { isUsable } from "./key-rules.ts";
import { permissionsOf } from "./permissions.ts";
import type { Key } from "./schema.ts";
import { findKeyById, findRole, isMadeWith } from "./store.ts";

/** The key that was used, if one was. Throws when key or membership do not allow it any more. */
export async function requireMaker(tx: Tx, actor: Actor, now: Date): Promise<Key | undefined> {
  if (actor.key_id === null) {
    if (actor.kind === "user") await requireMember(tx, actor.id);
    return undefined;
  }
  const key = await findKeyById(tx, actor.key_id);
  if (!key || !isUsable(key, now)) throw new Problem("unauthenticated", "This key has expired or was revoked.");
  return key;
}

async function requireMember(tx: Tx, userId: string): Promise<void> {
  const role = await findRole(tx, userId);
  if (role && permissionsOf({ kind: "user", role }).has("keys:write")) return;
  throw new Problem("forbidden", "Your membership no longer carries the permission keys:write.");
}

/**
 * A secret is what a key can do, so a key gets the secret of itself and of what was made with it alone: those end with
 * it, and have no more scopes and no longer life.
 */
export async function requireHangsOn(tx: Tx, maker: Key, key: Key): Promise<void> {
  if (maker.id === key.id || (await isMadeWith(tx, maker.id, key.id))) return;
  throw new Problem("forbidden", "A key may rotate itself and the keys made with it, and no other.", {
    next_step: "Ask an owner or admin of the workspace.",
  });
}
