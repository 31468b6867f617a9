import { changed, command } from "../../kernel/operation.ts";
import { makeKey } from "../make-key.ts";
import { CreatedKey, NewKey } from "../schema.ts";

export const createKey = command({
  name: "keys.create",
  summary: "Make a key for an agent, whose holder is that agent, or for a service with scopes. It is shown this once.",
  description:
    "Made with a service key, it has no scope that key lacks, ends no later, and is revoked with it. Without expires_at " +
    "it ends when that key does. It carries no more than the role that the person who answers for it has at the time.",
  route: "POST /keys",
  status: 201,
  permission: "keys:write",
  answersSecret: true,
  input: NewKey,
  output: CreatedKey,
  problems: ["tier_limit", "not_found", "conflict", "forbidden"],
  async run(context, input) {
    const { key, fact } = await makeKey(context, input);
    return changed(key, fact);
  },
});
