import { newKeyText } from "../../auth/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { requireHangsOn } from "../maker.ts";
import { previousEnds, requireExpiry, requireUsable } from "../rules.ts";
import { KeyRotation, RotatedKey } from "../schema.ts";
import { findKeyById, isOutlived, lockKey, saveRotated } from "../store/keys.ts";

export const rotateKey = command({
  name: "keys.rotate",
  summary: "Give a key a new secret, shown this once. It stays the same key; the secret there ends after the overlap.",
  description:
    "Ask for an overlap, put the new secret in place, and nothing is refused meanwhile. Another rotation ends the older " +
    "of two secrets at once. A key may rotate itself and the keys made with it.",
  route: "POST /keys/{id}/rotate",
  permission: "keys:write",
  pastQuota: "passes",
  answersSecret: true,
  changesCredentials: true,
  input: KeyRotation,
  output: RotatedKey,
  problems: ["not_found", "conflict", "forbidden"],
  async run({ tx, actor, now, env }, { id, overlap_seconds = 0, expires_at: asked }) {
    const held = await lockKey(tx, id);
    await requireHangsOn(tx, actor, held);
    requireUsable(held, now);
    // Nobody prolongs their own life: a key that rotates itself ends no later than it would have.
    const above =
      actor.key_id === id ? held : held.created_by_key_id && (await findKeyById(tx, held.created_by_key_id));
    // The database keeps a key from ending before it was made, whatever the clock did since.
    const earliest = new Date(Math.max(now.getTime(), Date.parse(held.created_at)));
    const limits = { now: earliest, latest: above ? above.expires_at : null, otherwise: held.expires_at };
    const expires_at = requireExpiry(asked, limits);
    if (await isOutlived(tx, id, expires_at)) throw outlived(id);
    const overlap = { before: held.expires_at, after: expires_at, overlapSeconds: overlap_seconds };
    const previous_expires_at = previousEnds(overlap, now);
    const { key, prefix } = newKeyText(held.kind);
    const changes = { prefix, expires_at, previous_expires_at };
    await saveRotated(tx, { id, key_hash: env.secrets.fingerprint(key), ...changes });
    const { kind, name, agent_id, scopes, created_at } = held;
    const output = { id, kind, name, agent_id, scopes, created_at, key, ...changes };
    return changed(output, { type: "key.rotated", subject: { kind: "key", id }, data: changes, agent_id });
  },
});

function outlived(id: string): Problem {
  return new Problem("conflict", `Keys that were made with key ${id} would outlive it.`, {
    next_step: "Revoke them, or rotate them with an earlier expires_at, first.",
  });
}
