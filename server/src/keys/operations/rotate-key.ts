import { newKeyText } from "../../auth/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { keyRotated } from "../facts.ts";
import { requireMadeWith } from "../make-key.ts";
import { previousEnds, requireExpiry, requireUsable } from "../rules.ts";
import { KeyRotation, RotatedKey } from "../schema.ts";
import { findKeyById, isOutlived, lockKey, saveRotated } from "../store/keys.ts";

export const rotateKey = command({
  name: "keys.rotate",
  summary:
    "Give a key a new secret, which is shown only once. The key stays the same; its old secret ends after the overlap.",
  description:
    "An overlap gives you time to replace the secret everywhere. If a key still has two secrets, a rotation ends the " +
    "older one at once. A key may rotate only itself and the keys made with it.",
  route: "POST /keys/{id}/rotate",
  permission: "keys:write",
  pastQuota: "passes",
  answersSecret: true,
  changesCredentials: true,
  input: KeyRotation,
  output: RotatedKey,
  problems: ["not_found", "conflict", "forbidden"],
  async run({ tx, actor, now, env }, { id, overlap_seconds, expires_at: requested }) {
    const held = await lockKey(tx, id);
    await requireMadeWith(tx, actor, held);
    requireUsable(held, now);
    // A key that rotates itself cannot prolong its own life.
    const maker =
      actor.key_id === id ? held : held.created_by_key_id && (await findKeyById(tx, held.created_by_key_id));
    // The database refuses an end before the creation, also when the clock was set back since.
    const earliest = new Date(Math.max(now.getTime(), Date.parse(held.created_at)));
    const limits = { now: earliest, latest: maker ? maker.expires_at : null, otherwise: held.expires_at };
    const expires_at = requireExpiry(requested, limits);
    if (await isOutlived(tx, id, expires_at)) throw outlived(id);
    const overlap = { before: held.expires_at, after: expires_at, overlapSeconds: overlap_seconds };
    const previous_expires_at = previousEnds(overlap, now);
    const { key, prefix } = newKeyText(held.kind);
    const changes = { prefix, expires_at, previous_expires_at };
    await saveRotated(tx, { id, key_hash: env.secrets.fingerprint(key), ...changes });
    const { kind, name, agent_id, scopes, billing_mode, created_at } = held;
    const output = { id, kind, name, agent_id, scopes, billing_mode, created_at, key, ...changes };
    return changed(output, keyRotated(id, changes, { agent_id }));
  },
});

function outlived(id: string): Problem {
  return new Problem("conflict", `Keys that were made with key ${id} would end later than it does.`, {
    next_step: "First revoke those keys, or rotate them with an earlier expires_at.",
  });
}
