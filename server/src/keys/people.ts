/** The people behind a key: who made, rotated or adopted it, or a key with which that was done. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { listHands } from "../kernel/facts/list.ts";
import { keyAdopted, keyCreated, keyRotated } from "./facts.ts";
import { listAnswerable } from "./store/keys.ts";

const HELD_BY = [keyCreated.type, keyRotated.type, keyAdopted.type];

export async function findPeopleOfKey(tx: ReadTx, keyId: string): Promise<ReadonlySet<string>> {
  const people = new Set<string>();
  const seen = new Set([keyId]);
  let next = [keyId];
  while (next.length > 0) {
    const keys = await listAnswerable(tx, next);
    const hands = await listHands(tx, HELD_BY, next);
    for (const person of [...keys.flatMap((key) => key.people), ...hands.map(({ user_id }) => user_id)])
      if (person !== null) people.add(person);
    const above = [...keys.map(({ created_by_key_id }) => created_by_key_id), ...hands.map(({ key_id }) => key_id)];
    next = [...new Set(above.flatMap((id) => (id === null || seen.has(id) ? [] : [id])))];
    for (const id of next) seen.add(id);
  }
  return people;
}
