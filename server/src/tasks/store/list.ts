/** Lists of tasks, by keyset. Ids are UUIDv7, so their order is the order of creation. */
import type { Static } from "typebox";
import { escapeLike } from "../../kernel/db/any-of.ts";
import type { ReadTx } from "../../kernel/db/db.ts";
import { CURSOR, type End, lastLookedAt, listPage, type Paged } from "../../kernel/paging.ts";
import type { ListInput } from "../schema.ts";
import { TASK_COLUMNS, type TaskRow } from "./tasks.ts";

type Filters = Static<typeof ListInput>;
/** Each has an index by which its tasks are read in order; the first that is asked for is likely the most selective. */
const COLUMN_FILTERS = [
  "parent_task_id",
  "root_task_id",
  "created_by_agent_id",
  "assigned_to_agent_id",
  "status",
] as const;

export function listTasks(tx: ReadTx, filters: Filters): Promise<Paged<TaskRow>> {
  return listPage(tx, filters, {
    shapes: [CURSOR.id],
    end: ([from] = []) => endOfLook(tx, filters, from),
    rows: ([from] = [], _rowsMax, end) => found(tx, filters, { from, end: end?.[0] }),
    key: ({ id }) => [id],
  });
}

/** One filter has an index. Further ones, words and times would have all its tasks read. */
async function endOfLook(tx: ReadTx, filters: Filters, from: string | undefined): Promise<End | undefined> {
  const { q, created_after: after, created_before: before, order = "desc" } = filters;
  const [column, ...others] = COLUMN_FILTERS.filter((name) => filters[name] !== undefined);
  if ([q, after, before, ...others].every((filter) => filter === undefined)) return;
  let looked = tx.selectFrom("tasks").select("id").where("workspace_id", "=", tx.workspace);
  const value = column && filters[column];
  if (column !== undefined && value !== undefined) looked = looked.where(column, "=", value);
  if (from !== undefined) looked = looked.where("id", order === "asc" ? ">" : "<", from);
  const last = await lastLookedAt(tx, looked.orderBy("id", order));
  return last && { at: [last.id] };
}

interface Range {
  from: string | undefined;
  end: string | number | undefined;
}

function found(tx: ReadTx, filters: Filters, { from, end }: Range) {
  const { q, created_after: after, created_before: before, order = "desc" } = filters;
  let rows = tx.selectFrom("tasks").select(TASK_COLUMNS).where("workspace_id", "=", tx.workspace);
  for (const column of COLUMN_FILTERS) {
    const value = filters[column];
    if (value !== undefined) rows = rows.where(column, "=", value);
  }
  if (q !== undefined) rows = rows.where("title", "ilike", `%${escapeLike(q)}%`);
  if (after !== undefined) rows = rows.where("created_at", ">", after);
  if (before !== undefined) rows = rows.where("created_at", "<", before);
  if (from !== undefined) rows = rows.where("id", order === "asc" ? ">" : "<", from);
  if (end !== undefined) rows = rows.where("id", order === "asc" ? "<=" : ">=", String(end));
  return rows.orderBy("id", order);
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
