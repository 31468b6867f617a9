import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { endKey } from "../end-keys.ts";
import { requireMadeWith } from "../make-key.ts";
import { Key } from "../schema.ts";
import { lockKey } from "../store/keys.ts";

export const revokeKey = command({
  name: "keys.revoke",
  summary: "Revoke a key and the keys made with it. They stop working at once, on every server.",
  description: "A key may revoke only itself and the keys made with it.",
  route: "POST /keys/{id}/revoke",
  permission: "keys:write",
  pastQuota: "passes",
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Key,
  problems: ["not_found", "forbidden"],
  async run({ tx, actor, now }, { id }) {
    const key = await lockKey(tx, id);
    await requireMadeWith(tx, actor, key);
    const ended = await endKey(tx, key, now);
    const [fact, ...more] = ended.facts;
    return fact ? changed(ended.key, fact, ...more) : unchanged(key);
  },
});
