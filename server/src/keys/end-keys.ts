/** Keys that end with something else. The command that calls this says `changesCredentials`. */
import type { Tx } from "../kernel/db/db.ts";
import type { Fact } from "../kernel/operation.ts";
import type { Key } from "./schema.ts";
import { type EndedKey, saveEndedBelowKey, saveEndedOfAgent, saveEndedOfPerson } from "./store/ends.ts";
import { lockKey, saveRevoked } from "./store/keys.ts";

/** Why a key was revoked that nobody named. */
type Reason = "maker_left" | "maker_revoked" | "agent_archived";

/** Ends a locked key, and the keys made with it. Returns no facts when it has ended before. */
export async function endKey(tx: Tx, key: Key, now: Date): Promise<{ key: Key; facts: Fact[] }> {
  if (key.revoked_at !== null) return { key, facts: [] };
  const revoked = await saveRevoked(tx, key.id, now);
  return { key: revoked, facts: [revokedFact(key, null), ...(await endKeysMadeWith(tx, key.id))] };
}

/** For the command that ends a membership: the keys that the person answers for open nothing any more. */
export async function endKeysMadeBy(tx: Tx, userId: string): Promise<Fact[]> {
  return (await saveEndedOfPerson(tx, userId)).map((key) => revokedFact(key, "maker_left"));
}

async function endKeysMadeWith(tx: Tx, keyId: string): Promise<Fact[]> {
  return (await saveEndedBelowKey(tx, keyId)).map((key) => revokedFact(key, "maker_revoked"));
}

/** For the command that archives an agent. The key of an agent makes none, so nothing hangs on it. */
export async function revokeAgentKeys(tx: Tx, agentId: string): Promise<Fact[]> {
  return (await saveEndedOfAgent(tx, agentId)).map((key) => revokedFact(key, "agent_archived"));
}

/** `reason` is null when somebody revoked this very key. */
function revokedFact({ id, kind, name, agent_id }: EndedKey, reason: Reason | null): Fact {
  return { type: "key.revoked", subject: { kind: "key", id }, data: { kind, name, agent_id, reason }, agent_id };
}

/** For the command that ends something with a key of its own. */
export async function endKeyById(tx: Tx, id: string, now: Date): Promise<Fact[]> {
  return (await endKey(tx, await lockKey(tx, id), now)).facts;
}
