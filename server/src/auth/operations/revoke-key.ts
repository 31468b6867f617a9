import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Problem } from "../../kernel/problem.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { Key } from "../schema.ts";
import { lockKey, revokedFact, saveRevoked } from "../store.ts";

export const revokeKey = command({
  name: "keys.revoke",
  summary: "Revoke a key. It opens nothing from now on, on every server.",
  route: "POST /keys/{id}/revoke",
  permission: "keys:write",
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Key,
  problems: ["not_found"],
  async run({ tx, now }, { id }) {
    const key = await lockKey(tx, id);
    if (!key) throw new Problem("not_found", `No key ${id}.`);
    if (key.revoked_at !== null) return unchanged(key);
    return changed(await saveRevoked(tx, id, now), revokedFact(key));
  },
});
