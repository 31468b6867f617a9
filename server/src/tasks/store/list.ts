/** Lists tasks by keyset. Ids are UUIDv7, so their order is the order of creation. */
import { sql } from "kysely";
import type { Static } from "typebox";
import { escapeLike } from "../../kernel/db/any-of.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { CURSOR, type End, lastLookedAt, listPage, type Paged } from "../../kernel/paging.ts";
import { type ListInput, TASK_COLUMNS, type TaskRow } from "../schema.ts";

type Filters = Static<typeof ListInput>;
/** Each has an index by which its tasks are read in order; the first that is asked for is likely the most selective. */
const COLUMN_FILTERS = [
  "parent_task_id",
  "root_task_id",
  "created_by_agent_id",
  "assigned_to_agent_id",
  "status",
] as const;
type Column = (typeof COLUMN_FILTERS)[number];

/** States in which few tasks of an agent are: an index holds them by agent and state. */
const APART: readonly Filters["status"][] = ["running", "blocked", "failed", "canceled"];

export function listTaskRows(tx: ReadTx, filters: Filters): Promise<Paged<TaskRow>> {
  return listPage(tx, filters, {
    shapes: [CURSOR.id],
    end: ([from] = []) => endOfLook(tx, filters, from),
    rows: ([from] = [], _rowsMax, end) => found(tx, filters, { from, end: end?.[0] }),
    key: ({ id }) => [id],
  });
}

/** The filters that one index serves together. Most tasks are completed, so no index holds those. */
function indexed({ status, ...filters }: Filters): readonly Column[] {
  const [column] = COLUMN_FILTERS.filter((name) => name !== "status" && filters[name] !== undefined);
  if (column === undefined) return status === undefined || status === "completed" ? [] : ["status"];
  return column === "assigned_to_agent_id" && APART.includes(status) ? [column, "status"] : [column];
}

/** Further filters and words would have all tasks of the index read. */
async function endOfLook(tx: ReadTx, filters: Filters, from: string | undefined): Promise<End | undefined> {
  const { q, created_after: after, created_before: before, order = "desc" } = filters;
  const columns = indexed(filters);
  const others = COLUMN_FILTERS.filter((name) => filters[name] !== undefined && !columns.includes(name));
  if (q === undefined && others.length === 0) return;
  let looked = tx.selectFrom("tasks").select("id").where("workspace_id", "=", tx.workspace);
  for (const condition of conditionsOf(columns, filters)) looked = looked.where(condition);
  for (const condition of idsWithin(after, before)) looked = looked.where(condition);
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
  for (const condition of conditionsOf(COLUMN_FILTERS, filters)) rows = rows.where(condition);
  for (const condition of idsWithin(after, before)) rows = rows.where(condition);
  if (q !== undefined) rows = rows.where("title", "ilike", `%${escapeLike(q)}%`);
  if (after !== undefined) rows = rows.where("created_at", ">", after);
  if (before !== undefined) rows = rows.where("created_at", "<", before);
  if (from !== undefined) rows = rows.where("id", order === "asc" ? ">" : "<", from);
  if (end !== undefined) rows = rows.where("id", order === "asc" ? "<=" : ">=", String(end));
  return rows.orderBy("id", order);
}

/** Each as the index knows it: states are named in the text, since an index of some of them is used for no parameter. */
function conditionsOf(columns: readonly Column[], filters: Filters) {
  return columns.flatMap((column) => {
    const value = filters[column];
    if (value === undefined) return [];
    if (column === "status") return sql<boolean>`status = ${sql.lit(value)}`;
    if (column !== "root_task_id") return sql<boolean>`${sql.ref(column)} = ${value}::uuid`;
    return sql<boolean>`(root_task_id = ${value}::uuid and parent_task_id is not null or id = ${value}::uuid)`;
  });
}

/** Ids carry the time of the process that made them; its clock is less than this apart from the database's. */
const CLOCKS_DIFFER_MS_MAX = 3_600_000;

/** The ids that tasks made between these times can have. */
function idsWithin(after: string | undefined, before: string | undefined) {
  const bound = (time: string, ms: number) => {
    const at = Math.min(Math.max(Date.parse(time) + ms, 0), 2 ** 48 - 1);
    const hex = at.toString(16).padStart(12, "0");
    return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
  };
  return [
    ...(after === undefined ? [] : [sql<boolean>`id >= ${bound(after, -CLOCKS_DIFFER_MS_MAX)}::uuid`]),
    ...(before === undefined ? [] : [sql<boolean>`id < ${bound(before, CLOCKS_DIFFER_MS_MAX)}::uuid`]),
  ];
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
    .where(sql<boolean>`status = 'running'`)
    .orderBy("id")
    .limit(RUNNING_SHOWN_MAX)
    .execute();
}
