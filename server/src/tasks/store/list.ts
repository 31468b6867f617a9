/** Lists tasks by keyset. Ids are UUIDv7, so their order is the order of creation. */
import { sql } from "kysely";
import { escapeLike } from "../../kernel/db/any-of.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { CURSOR, type End, lastLookedAt, listPage, type Paged } from "../../kernel/paging.ts";
import type { InputOf } from "../../kernel/schema.ts";
import { type ListInput, TASK_COLUMNS, type TaskRow } from "../schema.ts";

type Filters = InputOf<typeof ListInput>;
/** Each column has an index that gives its tasks in order. The first given filter is usually the most selective. */
const COLUMN_FILTERS = [
  "parent_task_id",
  "root_task_id",
  "created_by_agent_id",
  "assigned_to_agent_id",
  "status",
] as const;
type Column = (typeof COLUMN_FILTERS)[number];

/** The states that few tasks of an agent have. An index has these tasks by agent and state. */
const APART: readonly Filters["status"][] = ["running", "blocked", "failed", "canceled"];

export function listTaskRows(tx: ReadTx, filters: Filters): Promise<Paged<TaskRow>> {
  return listPage(tx, filters, {
    shapes: [CURSOR.id],
    end: ([from] = []) => endOfLook(tx, filters, from),
    rows: ([from] = [], _rowsMax, end) => found(tx, filters, { from, end: end?.[0] }),
    key: ({ id }) => [id],
  });
}

/** Returns the filters that one index serves together. Most tasks are completed, so no index serves that state. */
function indexed({ status, ...filters }: Filters): readonly Column[] {
  const [column] = COLUMN_FILTERS.filter((name) => name !== "status" && filters[name] !== undefined);
  if (column === undefined) return status === undefined || status === "completed" ? [] : ["status"];
  return column === "assigned_to_agent_id" && APART.includes(status) ? [column, "status"] : [column];
}

/** With other filters or with words, a page examines a limited number of tasks of the index. */
async function endOfLook(tx: ReadTx, filters: Filters, from: string | undefined): Promise<End | undefined> {
  const { q, created_after: after, created_before: before, order } = filters;
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
  const { q, created_after: after, created_before: before, order } = filters;
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

/** Returns the conditions in the form of the indexes. PostgreSQL uses a partial index for a literal state, not for a parameter. */
function conditionsOf(columns: readonly Column[], filters: Filters) {
  return columns.flatMap((column) => {
    const value = filters[column];
    if (value === undefined) return [];
    if (column === "status") return sql<boolean>`status = ${sql.lit(value)}`;
    if (column !== "root_task_id") return sql<boolean>`${sql.ref(column)} = ${value}::uuid`;
    return sql<boolean>`(root_task_id = ${value}::uuid and parent_task_id is not null or id = ${value}::uuid)`;
  });
}

/** An id contains the time of the process that created it. The clock of a process differs from that of the database by less. */
const CLOCKS_DIFFER_MS_MAX = 3_600_000;

/** Returns conditions on the ids of tasks that were created between these times. */
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

/** The running tasks that the answer for an agent lists. */
const RUNNING_SHOWN_MAX = 200;

const RUNNING_COLUMNS = ["id", "title", "status", "started_at", "lease_expires_at"] as const;

/** Returns the running tasks of an agent, oldest first. */
export async function listRunning(
  tx: ReadTx,
  agentId: string,
): Promise<Pick<TaskRow, (typeof RUNNING_COLUMNS)[number]>[]> {
  return tx
    .selectFrom("tasks")
    .select(RUNNING_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("assigned_to_agent_id", "=", agentId)
    .where(sql<boolean>`status = 'running'`)
    .orderBy("id")
    .limit(RUNNING_SHOWN_MAX)
    .execute();
}
