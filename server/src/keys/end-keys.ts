/** Keys that end with something else. The command that calls this says `changesCredentials`. */
import type { Tx } from "../kernel/db/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { type EndedKey, saveEndedBelowKey, saveEndedOfAgent, saveEndedOfPerson } from "./store/ends.ts";

/** Why a key was revoked that nobody named. */
type Reason = "maker_left" | "maker_revoked" | "agent_archived";

/** For the command that ends a membership: the keys that the person answers for open nothing any more. */
export async function endKeysMadeBy(tx: Tx, userId: string): Promise<Fact[]> {
  return (await saveEndedOfPerson(tx, userId)).map((key) => revokedFact(key, "maker_left"));
}

/** The same for the keys that were made with a key. */
export async function endKeysMadeWith(tx: Tx, keyId: string): Promise<Fact[]> {
  return (await saveEndedBelowKey(tx, keyId)).map((key) => revokedFact(key, "maker_revoked"));
}

/** For the command that archives an agent. The key of an agent makes none, so nothing hangs on it. */
export async function revokeAgentKeys(tx: Tx, agentId: string): Promise<Fact[]> {
  return (await saveEndedOfAgent(tx, agentId)).map((key) => revokedFact(key, "agent_archived"));
}

/** `reason` is null when somebody revoked this very key. */
export function revokedFact({ id, kind, name, agent_id }: EndedKey, reason: Reason | null): Fact {
  return { type: "key.revoked", subject: { kind: "key", id }, data: { kind, name, agent_id, reason }, agent_id };
}
