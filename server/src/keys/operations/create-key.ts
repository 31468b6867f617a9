import { uuidv7 } from "uuidv7";
import { newKeyText } from "../../auth/index.ts";
import { changed, command } from "../../kernel/operation.ts";
import { requireRoom } from "../../tiers/index.ts";
import { keyHooks } from "../hooks.ts";
import { requireExpiry, requireFittingFields, requirePerson, requireScopesOf } from "../rules.ts";
import { CreatedKey, NewKey } from "../schema.ts";
import { countUsableKeys, getKey, insertKey } from "../store/keys.ts";

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
  async run({ tx, actor, now, env }, input) {
    requireFittingFields(input);
    const { kind, name, agent_id = null, scopes = [] } = input;
    const maker = actor.key_id === null ? undefined : await getKey(tx, actor.key_id);
    if (maker) requireScopesOf(maker, scopes);
    const latest = maker?.expires_at ?? null;
    const expires_at = requireExpiry(input.expires_at, { now, latest, otherwise: latest });
    await requireRoom(tx, "max_api_keys", countUsableKeys);
    if (agent_id !== null) await keyHooks.requireUsableAgent(tx, agent_id);
    const { key, prefix } = newKeyText(kind);
    const stored = await insertKey(tx, {
      id: uuidv7(),
      kind,
      name,
      agent_id,
      scopes,
      prefix,
      key_hash: env.secrets.fingerprint(key),
      created_by_user_id: actor.kind === "user" ? actor.id : null,
      created_by_key_id: maker?.id ?? null,
      responsible_user_id: maker?.responsible_user_id ?? requirePerson(actor),
      expires_at,
    });
    const { id, created_at } = stored;
    const output = { id, kind, name, agent_id, scopes, prefix, key, expires_at, created_at };
    const data = { kind, name, agent_id, scopes, prefix, expires_at };
    return changed(output, { type: "key.created", subject: { kind: "key", id }, data, agent_id });
  },
});
