/** Counts the facts in the audit log about this run. */
import type { Client } from "../../../../../sdk/src/index.ts";

const PAGE_SIZE = 200;
/** The most pages that are read: other callers may write to the workspace too. */
const PAGES_MAX = 100;

/** `subjects` are the tasks, keys and new agents of the run; none of them is older than `since`. */
export async function countFacts(client: Client, subjects: ReadonlySet<string>, since: string): Promise<number> {
  let facts = 0;
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page++) {
    const { items, next_cursor } = await client.audit.list({ from: since, limit: PAGE_SIZE, cursor });
    facts += items.filter(({ subject }) => subjects.has(subject.id)).length;
    if (next_cursor === null) break;
    cursor = next_cursor;
  }
  return facts;
}
