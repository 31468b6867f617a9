/** The chain above a task. It always ends at a person: the creator of a link, or the person behind the creating key. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { findPeopleBehind } from "../keys/index.ts";
import { findOwner } from "../workspaces/index.ts";
import type { ChainLink } from "./event-schema.ts";
import { assigneeOf } from "./rules.ts";
import { listCreatingKeys } from "./store/events.ts";
import type { TaskLink } from "./store/tree.ts";

/** Converts the links, from the root down, to their shape on the wire. */
export async function chainToWire(tx: ReadTx, chain: readonly TaskLink[]): Promise<ChainLink[]> {
  const people = await findResponsiblePeople(tx, chain);
  return chain.map(({ id, parent_task_id, pool_id, ...link }) => ({
    task_id: id,
    ...link,
    assigned_to_agent_id: assigneeOf({ ...link, pool_id }),
    let_in_by_user_id: people.get(id) ?? null,
  }));
}

/** Returns the person behind each task. The owner stands for keys without a known creator, and for the server. */
async function findResponsiblePeople(tx: ReadTx, chain: readonly TaskLink[]): Promise<Map<string, string | null>> {
  const ids = chain.filter(({ created_by_user_id }) => created_by_user_id === null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const keys = await listCreatingKeys(tx, ids);
  const people = await findPeopleBehind(tx, [...keys.values()]);
  const known = ids.map((id) => [id, people.get(keys.get(id) ?? "")] as const);
  const owner = known.every(([, person]) => person !== undefined) ? null : await findOwner(tx);
  return new Map(known.map(([id, person]) => [id, person ?? owner]));
}
