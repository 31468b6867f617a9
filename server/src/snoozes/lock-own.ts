import type { Actor } from "../kernel/actor.ts";
import type { Tx } from "../kernel/db/tx.ts";
import { noSuchWorkspace } from "../kernel/problem.ts";
import { lockMember } from "../workspaces/index.ts";

/** Locks the membership of the caller, so that the snoozes of one person change one at a time. */
export async function lockOwn(tx: Tx, { id }: Actor): Promise<void> {
  // The person was removed after the caller was recognised.
  if (!(await lockMember(tx, id))) throw noSuchWorkspace();
}
