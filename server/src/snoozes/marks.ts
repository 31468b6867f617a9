/** The marks of rows: a row whose mark changed is back in the inbox. */
import type { Actor } from "../kernel/actor.ts";
import type { ReadTx } from "../kernel/db/tx.ts";
import { notFound } from "../kernel/problem.ts";
import { lastInThreads } from "../messages/index.ts";
import { lastChanges } from "../tasks/index.ts";
import type { Snoozed } from "./schema.ts";

/**
 * Returns the mark of each row by id: the last change of a task, and the last message in the conversation of a message.
 * A row that does not exist, or that the caller may not read, has none.
 */
export async function marksOf(tx: ReadTx, actor: Actor, rows: readonly Snoozed[]): Promise<Map<string, string>> {
  const idsOf = (kind: Snoozed["kind"]) => rows.filter((row) => row.kind === kind).map(({ id }) => id);
  const tasks = await lastChanges(tx, idsOf("task"));
  const messages = await lastInThreads(tx, idsOf("message"), actor);
  return new Map([...tasks, ...messages]);
}

/** Throws not found for a row that does not exist, or that the caller may not read. */
export async function requireMark(tx: ReadTx, actor: Actor, row: Snoozed): Promise<string> {
  const mark = (await marksOf(tx, actor, [row])).get(row.id);
  if (mark === undefined) throw notFound(row.kind, row.id);
  return mark;
}
