/** Pages of requests, and whose requests and grants a caller sees. */
import type { Static } from "typebox";
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { CURSOR, listPage, type PageRequest } from "../kernel/paging.ts";
import { Problem } from "../kernel/problem.ts";
import type { RequestPage } from "./schema.ts";
import { listRequests, type RequestFilters } from "./store/requests.ts";
import { requestToWire } from "./to-wire.ts";

interface Reader {
  tx: ReadTx;
  actor: Actor;
}

export async function pageOfRequests(
  { tx, actor }: Reader,
  { status, agent_id }: RequestFilters,
  page: PageRequest,
): Promise<Static<typeof RequestPage>> {
  const filters = { status, agent_id: seenAgent(actor, agent_id) };
  const { items, next_cursor } = await listPage(tx, page, {
    shapes: [CURSOR.id],
    rows: ([before = null]: readonly (string | null)[] = []) => listRequests(tx, filters, before),
    key: ({ id }) => [id],
  });
  return { items: items.map((row) => requestToWire(row, tx.now)), next_cursor };
}

/** An agent sees what is its own. */
export function seenAgent({ kind, id }: Actor, wanted: string | undefined): string | undefined {
  if (kind !== "agent") return wanted;
  if (wanted !== undefined && wanted !== id)
    throw new Problem("forbidden", "An agent sees only its own requests and grants.");
  return id;
}
