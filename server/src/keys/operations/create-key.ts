import { changed, command } from "../../kernel/operation.ts";
import { makeKey } from "../make-key.ts";
import { CreatedKey, NewKey } from "../schema.ts";

export const createKey = command({
  name: "keys.create",
  summary: "Create a key for an agent, or for a service with scopes. The key is shown only once.",
  description:
    "A caller with an agent's key is that agent. A key made with a service key has no scope that the service key lacks, " +
    "ends no later, and is revoked with it; without expires_at it ends with the service key. A key has no permission " +
    "that the present role of its responsible person lacks.",
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
