/** The chain above a task, which always ends at a person: who made each link, or let in the agent or service that did. */

import type { ReadTx } from "../kernel/db/db.ts";
import { findPeopleBehind } from "../keys/index.ts";
import { findOwner } from "../workspaces/index.ts";
import type { ChainLink } from "./schema.ts";
import { listCreatingKeys } from "./store/events.ts";
import type { TaskLink } from "./store/tree.ts";

/** The links from the root down, as the wire shows them. */
export async function presentChain(tx: ReadTx, chain: readonly TaskLink[]): Promise<ChainLink[]> {
  const people = await findLettingPeople(tx, chain);
  return chain.map((link) => ({
    task_id: link.id,
    title: link.title,
    depth: link.depth,
    assigned_to_agent_id: link.assigned_to_agent_id,
    created_by_agent_id: link.created_by_agent_id,
    created_by_user_id: link.created_by_user_id,
    let_in_by_user_id: people.get(link.id) ?? null,
  }));
}

/** By task. The owner stands for keys whose maker is not known, and for the server itself. */
async function findLettingPeople(tx: ReadTx, chain: readonly TaskLink[]): Promise<Map<string, string | null>> {
  const ids = chain.filter(({ created_by_user_id }) => created_by_user_id === null).map(({ id }) => id);
  if (ids.length === 0) return new Map();
  const keys = await listCreatingKeys(tx, ids);
  const people = await findPeopleBehind(tx, [...keys.values()]);
  const known = ids.map((id) => [id, people.get(keys.get(id) ?? "")] as const);
  const owner = known.every(([, person]) => person !== undefined) ? null : await findOwner(tx);
  return new Map(known.map(([id, person]) => [id, person ?? owner]));
}
