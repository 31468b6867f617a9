/** Makes a key, and decides which keys a key may rotate and revoke. */
import type { Static } from "typebox";
import { uuidv7 } from "uuidv7";
import { newKeyText } from "../auth/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import type { CommandContext } from "../kernel/operation.ts";
import { Problem } from "../kernel/problem.ts";
import { requireRoom } from "../tiers/index.ts";
import { keyCreated } from "./facts.ts";
import { keyHooks } from "./hooks.ts";
import { requireExpiry, requireFittingFields, requirePerson, requireScopesOf } from "./rules.ts";
import type { CreatedKey, Key, NewKey } from "./schema.ts";
import { countUsableKeys, getKey, insertKey, isMadeWith } from "./store/keys.ts";

/** Makes a key in the transaction of a command, as its caller. The command stores the fact. */
export async function makeKey(
  { tx, actor, now, env }: Pick<CommandContext, "tx" | "actor" | "now" | "env">,
  input: NewKey,
): Promise<{ key: Static<typeof CreatedKey>; fact: Fact }> {
  requireFittingFields(input);
  const { kind, name, agent_id = null, scopes = [], billing_mode = null } = input;
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
    billing_mode,
    key_hash: env.secrets.fingerprint(key),
    created_by_user_id: actor.kind === "user" ? actor.id : null,
    created_by_key_id: maker?.id ?? null,
    responsible_user_id: maker?.responsible_user_id ?? requirePerson(actor),
    expires_at,
    stop_id: agent_id === null ? null : await keyHooks.findStop(tx, agent_id),
  });
  const { id, created_at } = stored;
  const made = { id, kind, name, agent_id, scopes, prefix, billing_mode, key, expires_at, created_at };
  const data = { kind, name, agent_id, scopes, prefix, billing_mode, expires_at };
  return { key: made, fact: keyCreated(id, data, { agent_id }) };
}

/**
 * Throws unless the key is the caller's own key or was made with it. Keys made with a key end with it and have no wider
 * scopes and no longer life, so the caller gains nothing. People and the server may rotate and revoke any key.
 */
export async function requireMadeWith(tx: Tx, { key_id: maker }: Actor, { id }: Pick<Key, "id">): Promise<void> {
  if (maker === null || maker === id || (await isMadeWith(tx, maker, id))) return;
  throw new Problem("forbidden", "A key may rotate or revoke only itself and the keys made with it.", {
    next_step: "Ask an owner or admin of the workspace.",
  });
}
