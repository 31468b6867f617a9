/** The rule that says who may decide about a request. */
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import { findPeopleOfKey } from "../keys/index.ts";
import type { RequestRow } from "./schema.ts";

type Origin = Pick<RequestRow, "key_id" | "started_by_user_id">;

/**
 * Throws unless the caller may approve. Nobody approves a request that came through a key behind which they stand. The owner is
 * the exception, because a workspace may have one person: then this returns true, and the fact of the approval says so.
 */
export async function requireApprover(
  tx: ReadTx,
  { key_id, started_by_user_id }: Origin,
  actor: Actor,
): Promise<boolean> {
  if (actor.kind !== "user") throw new Problem("forbidden", "Only people decide about requests.");
  const isBehindKey = key_id !== null && (await findPeopleOfKey(tx, key_id)).has(actor.id);
  const isOwn = isBehindKey || started_by_user_id === actor.id;
  if (!isOwn || actor.role === "owner") return isOwn;
  throw new Problem("forbidden", "You stand behind the key of the agent, so another person approves.", {
    next_step: "Let the owner or another admin decide. You may deny the request.",
  });
}
