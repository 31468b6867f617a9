import { changed, command, unchanged } from "../../kernel/operation.ts";
import { Fields, Id } from "../../kernel/schema.ts";
import { keyAdopted } from "../facts.ts";
import { requirePerson, requireUsable } from "../rules.ts";
import { Key } from "../schema.ts";
import { saveResponsible } from "../store/adopt.ts";
import { getKey, lockKey } from "../store/keys.ts";

export const adoptKey = command({
  name: "keys.adopt",
  summary: "Become responsible for a key and for the keys made with it.",
  description:
    "A key has no permission that its responsible person's role lacks, and ends with that person's membership. Adopt " +
    "the keys that must keep working when a person leaves or gets a lower role.",
  route: "POST /keys/{id}/adopt",
  permission: "keys:write",
  tool: false,
  changesCredentials: true,
  input: Fields({ id: Id }),
  output: Key,
  problems: ["not_found", "conflict", "forbidden"],
  async run({ tx, actor, now }, { id }) {
    const person = requirePerson(actor);
    const key = await lockKey(tx, id);
    requireUsable(key, now);
    if (key.responsible_user_id === person) return unchanged(key);
    const keys = await saveResponsible(tx, id, person);
    const data = { from_user_id: key.responsible_user_id, to_user_id: person, keys };
    return changed(await getKey(tx, id), keyAdopted(id, data, { agent_id: key.agent_id }));
  },
});
