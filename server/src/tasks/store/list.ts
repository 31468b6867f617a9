/** Lists tasks by keyset. Ids are UUIDv7, so their order is the order of creation. */
import { type SelectQueryBuilder, sql } from "kysely";
import { escapeLike } from "../../kernel/db/any-of.ts";
import type { Rows } from "../../kernel/db/capped-rows.ts";
import type { ReadTx, Tables } from "../../kernel/db/tx.ts";
import { CURSOR, type CursorPart, type End, type Listed, lastLookedAt, listCapped } from "../../kernel/paging.ts";
import { INCLUDED_BYTES_MAX, type InputOf } from "../../kernel/schema.ts";
import { RUNNING_READ_MAX } from "../history-schema.ts";
import {
  type Filters,
  ITEM_COLUMNS,
  type ItemRow,
  type ListInput,
  STATUS_GROUPS,
  type Status,
  type TaskRow,
} from "../schema.ts";

type Listing = InputOf<typeof ListInput>;
/** Each filter has an index that gives its tasks in order. The first given filter is usually the most selective. */
const COLUMN_FILTERS = [
  "held_by",
  "parent_task_id",
  "root_task_id",
  "created_by_agent_id",
  "assigned_to_agent_id",
  "status",
] as const;
type Column = (typeof COLUMN_FILTERS)[number];

/** The states that few tasks of an agent have. An index has these tasks by agent and state. */
const APART: readonly Filters["status"][] = ["running", "blocked", "failed", "canceled"];

export function listTaskRows(tx: ReadTx, filters: Listing): Promise<Listed<ItemRow>> {
  const listing = {
    shapes: [CURSOR.id],
    end: ([from]: readonly string[] = []) => endOfLook(tx, filters, from),
    rows: ([from]: readonly string[] = [], rowsMax: number, end?: readonly CursorPart[]) =>
      found(tx, filters, { from, end: end?.[0], rowsMax }),
    key: ({ id }: ItemRow) => [id],
  };
  return listCapped(tx, filters, listing, filters.include && INCLUDED_BYTES_MAX);
}

/** Returns the number of tasks in each status that has tasks. */
export async function countByStatus(tx: ReadTx, filters: Filters): Promise<ReadonlyMap<Status, number>> {
  if (filters.status === "open") {
    // One state at a time, because each has an index of its tasks.
    const counts = await Promise.all(STATUS_GROUPS.open.map((status) => countByStatus(tx, { ...filters, status })));
    return new Map(counts.flatMap((count) => [...count]));
  }
  const isAlone = Object.values(filters).every((filter) => filter === undefined);
  const rows = isAlone
    ? await tx.statement<Counted>("tasks.count", COUNT_ALL, [tx.workspace])
    : await matching(tx.selectFrom("tasks"), tx, filters)
        .select(["status", sql<number>`count(*)::int`.as("tasks")])
        .groupBy("status")
        .execute();
  return new Map(rows.map(({ status, tasks }) => [status, tasks]));
}

interface Counted {
  status: Status;
  tasks: number;
}

/** Most tasks are completed, and no index has the status of these. Both counts read indexes alone. */
const COUNT_ALL = `
with others as materialized (
  select status, count(*)::int as tasks from tasks where workspace_id = $1 and status <> 'completed' group by status
)
select status, tasks from others
union all
select 'completed', (select count(*)::int from tasks where workspace_id = $1)
  - coalesce((select sum(tasks)::int from others), 0)`;

/** Returns the filters that one index serves together. Most tasks are completed, so no index serves that state. */
function indexed({ status, ...filters }: Listing): readonly Column[] {
  const [column] = COLUMN_FILTERS.filter((name) => name !== "status" && filters[name] !== undefined);
  const isApart = status !== undefined && status !== "completed" && status !== "ended";
  if (column === undefined) return isApart ? ["status"] : [];
  return column === "assigned_to_agent_id" && APART.includes(status) ? [column, "status"] : [column];
}

/** With other filters or with words, a page examines a limited number of tasks of the index. */
async function endOfLook(tx: ReadTx, filters: Listing, from: string | undefined): Promise<End | undefined> {
  const { q, created_after: after, created_before: before, finished_after: finished, trees, order } = filters;
  const columns = indexed(filters);
  const others = COLUMN_FILTERS.filter((name) => filters[name] !== undefined && !columns.includes(name));
  if (q === undefined && finished === undefined && !trees && others.length === 0) return;
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
  rowsMax: number;
}

function found(tx: ReadTx, filters: Listing, range: Range): Rows<ItemRow> {
  const { order, include } = filters;
  const documents = DOCUMENTS.filter((name) => include?.includes(name));
  const columns = [...ITEM_COLUMNS, ...documents];
  if (filters.status !== "open") return within(tx, filters, range).select(columns).orderBy("id", order);
  // No index has all open tasks in one order. Each state gives its first rows.
  const ids = STATUS_GROUPS.open.map((status) => {
    const ofStatus = within(tx, { ...filters, status }, range)
      .select("id")
      .orderBy("id", order)
      .limit(range.rowsMax);
    return sql`(${ofStatus})`;
  });
  return (
    tx
      .selectFrom("tasks")
      .where("workspace_id", "=", tx.workspace)
      // An array is computed once; the planner may run a subquery for each task of the workspace.
      .where(sql<boolean>`id = any(array(${sql.join(ids, sql` union all `)}))`)
      .select(columns)
      .orderBy("id", order)
  );
}

function within(tx: ReadTx, filters: Listing, { from, end }: Range) {
  const { order, finished_after: finished, trees } = filters;
  let rows = matching(tx.selectFrom("tasks"), tx, filters);
  if (trees) rows = rows.where("parent_task_id", "is", null).where("child_count", ">", 0);
  if (finished !== undefined) rows = rows.where("finished_at", ">", finished);
  if (from !== undefined) rows = rows.where("id", order === "asc" ? ">" : "<", from);
  if (end !== undefined) rows = rows.where("id", order === "asc" ? "<=" : ">=", String(end));
  return rows;
}

const DOCUMENTS = ["input", "output"] as const;

/** Adds the conditions of the filters. */
function matching<O>(tasks: SelectQueryBuilder<Tables, "tasks", O>, { workspace }: ReadTx, filters: Filters) {
  const { q, created_after: after, created_before: before } = filters;
  let rows = tasks.where("workspace_id", "=", workspace);
  for (const condition of conditionsOf(COLUMN_FILTERS, filters)) rows = rows.where(condition);
  for (const condition of idsWithin(after, before)) rows = rows.where(condition);
  if (q !== undefined) rows = rows.where("title", "ilike", `%${escapeLike(q)}%`);
  if (after !== undefined) rows = rows.where("created_at", ">", after);
  if (before !== undefined) rows = rows.where("created_at", "<", before);
  return rows;
}

/** Returns the conditions in the form of the indexes. PostgreSQL uses a partial index for a literal state, not for a parameter. */
function conditionsOf(columns: readonly Column[], filters: Filters) {
  return columns.flatMap((column) => {
    const value = filters[column];
    if (value === undefined) return [];
    if (column === "status") return statusCondition(value);
    if (column === "held_by") return HELD_BY_PEOPLE;
    if (column !== "root_task_id") return sql<boolean>`${sql.ref(column)} = ${value}::uuid`;
    return sql<boolean>`(root_task_id = ${value}::uuid and parent_task_id is not null or id = ${value}::uuid)`;
  });
}

/** The condition of the index, which `heldBy` states for one row. */
const HELD_BY_PEOPLE = sql<boolean>`status = 'running' and undo ->> 'step' = 'start' and (undo ->> 'fence')::int = fence`;

function statusCondition(value: string) {
  const group = Object.entries(STATUS_GROUPS).find(([name]) => name === value)?.[1];
  if (!group) return sql<boolean>`status = ${sql.lit(value)}`;
  return sql<boolean>`status in (${sql.join(group.map((status) => sql.lit(status)))})`;
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

/** Returns the tasks that agents run, the newest first. A person runs a task that is still in its pool. */
export async function listRunningNow(
  tx: ReadTx,
): Promise<Pick<TaskRow, "id" | "assigned_to_agent_id" | "attempt_started_at">[]> {
  return tx
    .selectFrom("tasks")
    .select(["id", "assigned_to_agent_id", "attempt_started_at"])
    .where("workspace_id", "=", tx.workspace)
    .where(sql<boolean>`status = 'running' and assigned_to_agent_id is distinct from pool_id`)
    .orderBy("id", "desc")
    .limit(RUNNING_READ_MAX)
    .execute();
}

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
