/** The titles of the tasks that a page of messages or conversations is about. */
import { type Actor, may } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { listTitles } from "../tasks/index.ts";

/** A reader without the permission for tasks gets no titles. */
export async function includedTitles(
  tx: ReadTx,
  actor: Actor,
  include: "titles" | undefined,
  rows: readonly { task_id: string | null }[],
): Promise<{ task_titles?: Record<string, string> }> {
  if (include === undefined) return {};
  const ids = may(actor, "tasks:read") ? rows.flatMap(({ task_id: id }) => id ?? []) : [];
  return { task_titles: Object.fromEntries(await listTitles(tx, [...new Set(ids)])) };
}
