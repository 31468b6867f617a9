/** Revokes keys because a person, a key or an agent ends. The calling command has `changesCredentials`. */
import type { Tx } from "../kernel/db/db.ts";
import type { Fact } from "../kernel/operation.ts";
import { type EndedKey, saveEndedBelowKey, saveEndedOfAgent, saveEndedOfPerson } from "./store/ends.ts";

/** The reason for revoking a key that the command did not name. */
type Reason = "maker_left" | "maker_revoked" | "agent_archived";

/** Revokes the keys for which the person is responsible. For the command that ends a membership. */
export async function endKeysMadeBy(tx: Tx, userId: string): Promise<Fact[]> {
  return (await saveEndedOfPerson(tx, userId)).map((key) => revokedFact(key, "maker_left"));
}

/** Revokes the keys that were made with this key. */
export async function endKeysMadeWith(tx: Tx, keyId: string): Promise<Fact[]> {
  return (await saveEndedBelowKey(tx, keyId)).map((key) => revokedFact(key, "maker_revoked"));
}

/** Revokes the keys of an agent that is archived. An agent's key makes no keys, so none are below it. */
export async function revokeAgentKeys(tx: Tx, agentId: string): Promise<Fact[]> {
  return (await saveEndedOfAgent(tx, agentId)).map((key) => revokedFact(key, "agent_archived"));
}

/** `reason` is null when the command named this key. */
export function revokedFact({ id, kind, name, agent_id }: EndedKey, reason: Reason | null): Fact {
  return { type: "key.revoked", subject: { kind: "key", id }, data: { kind, name, agent_id, reason }, agent_id };
}
