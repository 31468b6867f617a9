/** The responsible persons of keys. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { Key } from "../schema.ts";

/** Lists the usable keys for which a person is responsible. */
export async function listKeysOfPerson(tx: ReadTx, userId: string): Promise<Pick<Key, "kind" | "scopes">[]> {
  return tx.statement(
    "keys.of-person",
    `select kind, scopes from api_keys where workspace_id = $1 and responsible_user_id = $2 and revoked_at is null
       and (expires_at is null or expires_at > bailiwick_now())`,
    [tx.workspace, userId],
  );
}

/** Makes the person responsible for the key and for the keys made with it. Returns the number of these keys. */
export async function saveResponsible(tx: Tx, id: string, userId: string): Promise<number> {
  const rows = await tx.statement(
    "keys.adopt",
    `with recursive adopted as (
       select id from api_keys where workspace_id = $1 and id = $2
       union select k.id from api_keys k join adopted a on k.workspace_id = $1 and k.created_by_key_id = a.id)
     update api_keys k set responsible_user_id = $3 from adopted a where k.workspace_id = $1 and k.id = a.id
     returning k.id`,
    [tx.workspace, id, userId],
  );
  return rows.length;
}
