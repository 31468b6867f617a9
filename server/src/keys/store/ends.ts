/** Statements that revoke several keys: those of an agent, of a person, or made with another key. */
import type { Tx } from "../../kernel/db/tx.ts";
import type { Key } from "../schema.ts";

export type EndedKey = Pick<Key, "id" | "kind" | "name" | "agent_id">;

const USABLE = "k.revoked_at is null and (k.expires_at is null or k.expires_at > bailiwick_now())";

const BELOW_KEY = `with recursive below as (
      select k.id from api_keys k where k.workspace_id = $1 and k.created_by_key_id = $2
      union select k.id from api_keys k join below b on k.workspace_id = $1 and k.created_by_key_id = b.id)
    update api_keys k set revoked_at = bailiwick_now() from below b
    where k.workspace_id = $1 and k.id = b.id and ${USABLE} returning k.id, k.kind, k.name, k.agent_id`;

export async function saveEndedOfPerson(tx: Tx, userId: string): Promise<EndedKey[]> {
  return tx.statement<EndedKey>(
    "keys.end-of-person",
    `update api_keys k set revoked_at = bailiwick_now()
     where k.workspace_id = $1 and k.responsible_user_id = $2 and ${USABLE} returning k.id, k.kind, k.name, k.agent_id`,
    [tx.workspace, userId],
  );
}

export async function saveEndedBelowKey(tx: Tx, keyId: string): Promise<EndedKey[]> {
  return tx.statement<EndedKey>("keys.end-below-key", BELOW_KEY, [tx.workspace, keyId]);
}

export async function saveEndedOfAgent(tx: Tx, agentId: string): Promise<EndedKey[]> {
  return tx.statement<EndedKey>(
    "keys.end-of-agent",
    `update api_keys k set revoked_at = bailiwick_now()
     where k.workspace_id = $1 and k.agent_id = $2 and ${USABLE} returning k.id, k.kind, k.name, k.agent_id`,
    [tx.workspace, agentId],
  );
}
