/** The actions that a caller sees, and pages of them. */
import type { Static } from "typebox";
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { CURSOR, listPage, type PageRequest } from "../kernel/paging.ts";
import { notFound, Problem } from "../kernel/problem.ts";
import type { ActionPage, ActionRow } from "./schema.ts";
import { type ActionFilters, listActions } from "./store/actions.ts";
import { actionToWire } from "./to-wire.ts";

interface Reader {
  tx: ReadTx;
  actor: Actor;
}

/** An agent sees its own actions. */
export function requireVisible({ kind, id }: Actor, action: ActionRow): void {
  if (kind === "agent" && action.agent_id !== id) throw notFound("action", action.id);
}

export async function pageOfActions(
  { tx, actor }: Reader,
  { agent_id, ...others }: ActionFilters,
  page: PageRequest,
): Promise<Static<typeof ActionPage>> {
  const filters = { ...others, agent_id: seenAgent(actor, agent_id) };
  const { items, next_cursor } = await listPage(tx, page, {
    shapes: [CURSOR.id],
    rows: ([before = null]: readonly (string | null)[] = []) => listActions(tx, filters, before),
    key: ({ id }) => [id],
  });
  return { items: items.map((row) => actionToWire(row, tx.now)), next_cursor };
}

function seenAgent({ kind, id }: Actor, wanted: string | undefined): string | undefined {
  if (kind !== "agent") return wanted;
  if (wanted !== undefined && wanted !== id) throw new Problem("forbidden", "An agent sees only its own actions.");
  return id;
}
