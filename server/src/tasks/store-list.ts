/** Lists of tasks, by keyset. Ids are UUIDv7, so their order is the order of creation. */
import { sql } from "kysely";
import type { Static } from "typebox";
import { anyOf } from "../kernel/any-of.ts";
import type { ReadTx } from "../kernel/db.ts";
import { CURSOR, decodeCursor, type Paged, page, pageSize } from "../kernel/paging.ts";
import type { ListInput } from "./schema.ts";
import { TASK_COLUMNS, type TaskRow } from "./store.ts";

/** Bytes of input and output on one page, as stored; the page ends early rather than grow beyond. */
const PAGE_BYTES_MAX = 4 * 1024 * 1024;

type Filters = Static<typeof ListInput>;
const COLUMN_FILTERS = [
  "status",
  "assigned_to_agent_id",
  "created_by_agent_id",
  "parent_task_id",
  "root_task_id",
] as const;

export async function listTasks(tx: ReadTx, filters: Filters): Promise<Paged<TaskRow>> {
  const { q, created_after: after, created_before: before, order = "desc", limit, cursor } = filters;
  const size = pageSize(limit);
  const [from] = decodeCursor(cursor, [CURSOR.id]) ?? [];
  let found = tx
    .selectFrom("tasks")
    .select("id")
    .select(sql<number>`coalesce(pg_column_size(input), 0) + coalesce(pg_column_size(output), 0)`.as("bytes"))
    .where("workspace_id", "=", tx.workspace);
  for (const column of COLUMN_FILTERS) {
    const value = filters[column];
    if (value !== undefined) found = found.where(column, "=", value);
  }
  if (q !== undefined) found = found.where("title", "ilike", `%${q.replaceAll(/[\\%_]/g, "\\$&")}%`);
  if (after !== undefined) found = found.where("created_at", ">", after);
  if (before !== undefined) found = found.where("created_at", "<", before);
  if (from !== undefined) found = found.where("id", order === "asc" ? ">" : "<", from);
  const candidates = await found
    .orderBy("id", order)
    .limit(size + 1)
    .execute();
  const fitting = fits(candidates);
  const rows = await readTasks(tx, fitting, order);
  const { items, next_cursor } = page(rows, size, ({ id }) => [id]);
  const cut = fitting.length < candidates.length;
  return cut ? page([...rows, ...rows.slice(-1)], rows.length, ({ id }) => [id]) : { items, next_cursor };
}

/** As many as stay below the bytes of one page; one at least. */
function fits(candidates: readonly { id: string; bytes: number }[]): string[] {
  let bytes = 0;
  return candidates
    .filter((candidate, index) => {
      bytes += candidate.bytes;
      return index === 0 || bytes <= PAGE_BYTES_MAX;
    })
    .map(({ id }) => id);
}

async function readTasks(tx: ReadTx, ids: readonly string[], order: "asc" | "desc"): Promise<TaskRow[]> {
  if (ids.length === 0) return [];
  return tx
    .selectFrom("tasks")
    .select(TASK_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .orderBy("id", order)
    .execute();
}

/** Tasks an agent shows as its current ones, at most. */
const RUNNING_SHOWN_MAX = 200;

/** What an agent runs now, oldest first. */
export async function listRunning(
  tx: ReadTx,
  agentId: string,
): Promise<Pick<TaskRow, "id" | "title" | "status" | "started_at" | "lease_expires_at">[]> {
  return tx
    .selectFrom("tasks")
    .select(["id", "title", "status", "started_at", "lease_expires_at"])
    .where("workspace_id", "=", tx.workspace)
    .where("assigned_to_agent_id", "=", agentId)
    .where("status", "=", "running")
    .orderBy("id")
    .limit(RUNNING_SHOWN_MAX)
    .execute();
}
