/** The rules that say who may decide about a request, and whose approvals count. */
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { Problem } from "../kernel/problem.ts";
import { findPeopleOfKey } from "../keys/index.ts";
import { listManagers } from "../workspaces/index.ts";
import type { Approval, RequestRow } from "./schema.ts";

/** The people behind the key of a request, and the one who started its task. */
async function peopleBehind(
  tx: ReadTx,
  { key_id, started_by_user_id: starter }: RequestRow,
): Promise<ReadonlySet<string>> {
  const people = key_id === null ? [] : await findPeopleOfKey(tx, key_id);
  return new Set([...people, ...(starter === null ? [] : [starter])]);
}

/**
 * Throws unless the caller may approve. Nobody approves a request that came through a key behind which they stand. Where one
 * approval is enough, the owner is the exception, because a workspace may have one person: then this returns true, and the fact of
 * the approval says so.
 */
export async function requireApprover(tx: ReadTx, request: RequestRow, actor: Actor): Promise<boolean> {
  if (actor.kind !== "user") throw new Problem("forbidden", "Only people decide about requests.");
  const isOwn = (await peopleBehind(tx, request)).has(actor.id);
  if (!isOwn || (actor.role === "owner" && request.required_approvals === 1)) return isOwn;
  throw new Problem("forbidden", "You stand behind the key of the agent, so another person approves.", {
    next_step: "Let the owner or another admin decide. You may deny the request.",
  });
}

/** The approvals of other people who still may approve: since theirs, they may have lost their role, or adopted the key. */
export async function otherApprovals(tx: ReadTx, request: RequestRow, actor: Actor): Promise<Approval[]> {
  const others = request.approvals.filter(({ user_id }) => user_id !== actor.id);
  if (others.length === 0) return [];
  const [managers, behind] = await Promise.all([listManagers(tx), peopleBehind(tx, request)]);
  return others.filter(({ user_id }) => managers.has(user_id) && !behind.has(user_id));
}
