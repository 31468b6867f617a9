/** Revokes keys because a person, a key or an agent ends. The calling command has `changesCredentials`. */
import type { Tx } from "../kernel/db/tx.ts";
import type { Fact } from "../kernel/facts/fact.ts";
import { keyRevoked, type RevokedBecause } from "./facts.ts";
import type { Key } from "./schema.ts";
import {
  type EndedKey,
  lockKey,
  saveEndedBelowKey,
  saveEndedOfAgent,
  saveEndedOfPerson,
  saveRevoked,
} from "./store/keys.ts";

/** Revokes a locked key, and the keys made with it. Returns no facts when the key had ended before. */
export async function endKey(tx: Tx, key: Key, now: Date): Promise<{ key: Key; facts: Fact[] }> {
  if (key.revoked_at !== null) return { key, facts: [] };
  const revoked = await saveRevoked(tx, key.id, now);
  return { key: revoked, facts: [revokedFact(key, null), ...(await endKeysMadeWith(tx, key.id))] };
}

/** Revokes the keys for which the person is responsible. For the command that ends a membership. */
export async function endKeysMadeBy(tx: Tx, userId: string): Promise<Fact[]> {
  return (await saveEndedOfPerson(tx, userId)).map((key) => revokedFact(key, "maker_left"));
}

/** Revokes the keys that were made with this key. */
async function endKeysMadeWith(tx: Tx, keyId: string): Promise<Fact[]> {
  return (await saveEndedBelowKey(tx, keyId)).map((key) => revokedFact(key, "maker_revoked"));
}

/** Revokes the keys of an agent that is archived. An agent's key makes no keys, so none are below it. */
export async function revokeAgentKeys(tx: Tx, agentId: string): Promise<Fact[]> {
  return (await saveEndedOfAgent(tx, agentId)).map((key) => revokedFact(key, "agent_archived"));
}

/** `reason` is null when the command named this key. */
function revokedFact({ id, kind, name, agent_id }: EndedKey, reason: RevokedBecause | null): Fact {
  return keyRevoked(id, { kind, name, agent_id, reason }, { agent_id });
}

/** For the command that ends something with a key of its own. */
export async function endKeyById(tx: Tx, id: string, now: Date): Promise<Fact[]> {
  return (await endKey(tx, await lockKey(tx, id), now)).facts;
}
