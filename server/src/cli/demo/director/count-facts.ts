/** How many facts of the audit log are about this run. */
import type { Client } from "../../../../../sdk/src/index.ts";

const PAGE_SIZE = 200;
/** Others may write to the workspace as well; this many pages are looked through. */
const PAGES_MAX = 100;

/** `subjects` are what the run made: its tasks, keys and new agents; nothing of it is older than `since`. */
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
