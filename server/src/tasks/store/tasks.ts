/** Ordinary statements on tasks. The set-based ones for many callers are in the other files of this folder. */
import { sql } from "kysely";
import { anyOf } from "../../kernel/db/any-of.ts";
import { only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import { TASK_COLUMNS, type TaskRow, type TaskSizes } from "../schema.ts";

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    tasks: TaskRow & TaskSizes;
    task_dependencies: { workspace_id: string; task_id: string; depends_on_id: string };
  }
}

export async function findTask(tx: ReadTx, id: string): Promise<TaskRow | undefined> {
  return tx
    .selectFrom("tasks")
    .select(TASK_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", id)
    .executeTakeFirst();
}

export async function findTasks(tx: ReadTx, ids: readonly string[]): Promise<Map<string, TaskRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("tasks")
    .select(TASK_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export async function listTitles(tx: ReadTx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("tasks")
    .select(["id", "title"])
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .execute();
  return new Map(rows.map(({ id, title }) => [id, title]));
}

/** Returns how many of these tasks are completed. */
export async function countCompleted(tx: ReadTx, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0;
  const text = `select count(*)::int as completed from tasks
    where workspace_id = $1 and id = any($2::uuid[]) and status = 'completed'`;
  const [row] = await tx.statement<{ completed: number }>("tasks.count-completed", text, [tx.workspace, [...ids]]);
  return row?.completed ?? 0;
}

/** Returns the time of the last change of each of these tasks by id. */
export async function lastChanges(tx: ReadTx, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("tasks")
    .select(["id", "updated_at"])
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .execute();
  return new Map(rows.map(({ id, updated_at }) => [id, updated_at]));
}

/** One entry of the index for each task, because a task may have been retried often. */
const RETRIES = `select old.id as retry_of, t.id from unnest($2::uuid[]) old(id)
  cross join lateral (select id from tasks where workspace_id = $1 and retry_of = old.id and status <> 'canceled'
    order by id desc limit 1) t`;

/** Returns the newest retry of each of these tasks that was retried. A canceled retry counts as none. */
export async function newestRetries(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx.statement<{ retry_of: string; id: string }>("tasks.retries", RETRIES, [tx.workspace, ids]);
  return new Map(rows.map(({ retry_of, id }) => [retry_of, id]));
}

const INPUTS = "select id, input from tasks where workspace_id = $1 and id = any($2::uuid[])";

/** Returns the inputs of these tasks by id. */
export async function readInputs(tx: ReadTx, ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const rows = await tx.statement<{ id: string; input: unknown }>("tasks.inputs", INPUTS, [tx.workspace, ids]);
  return new Map(rows.map(({ id, input }) => [id, input]));
}

export async function requireTask(tx: ReadTx, id: string): Promise<TaskRow> {
  const task = await findTask(tx, id);
  if (!task) throw notFound("task", id);
  return task;
}

/** Locks these tasks in one order: by depth, then id. */
export async function lockTasks(tx: Tx, ids: readonly string[]): Promise<Map<string, TaskRow>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom("tasks")
    .select(TASK_COLUMNS)
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(ids))
    .orderBy("depth")
    .orderBy("id")
    .forNoKeyUpdate()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

export type TaskChanges = Partial<Omit<TaskRow, "workspace_id" | "id" | "created_at">>;
/** The holder has no lease and no reservation any more. */
export const RELEASED = { lease_expires_at: null, reserved_nanos: 0n } as const satisfies TaskChanges;
export const UNBLOCKED = { blocked_by: null, blocked_reason: null } as const satisfies TaskChanges;

/** Saves a step. Throws when the task changed after the rule saw it. */
export async function saveStep(tx: Tx, from: TaskRow, changes: TaskChanges, at: Date): Promise<TaskRow> {
  const saved = await tx
    .updateTable("tasks")
    .set({ ...asColumns(changes), updated_at: at.toISOString() })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", from.id)
    .where("status", "=", from.status)
    .where("fence", "=", from.fence)
    .returning(TASK_COLUMNS)
    .executeTakeFirst();
  if (!saved) throw new Problem("conflict", `Task ${from.id} changed while this ran.`);
  return saved;
}

/** Returns only the columns of a task, with documents as JSON: the driver would send arrays and text otherwise. */
function asColumns(changes: TaskChanges): TaskChanges {
  const columns: Record<string, unknown> = only<Partial<TaskRow>, keyof TaskRow>(changes, TASK_COLUMNS);
  for (const name of ["input", "output", "blocked_reason", "undo"]) {
    if (columns[name] !== undefined) columns[name] = asJson(columns[name]);
  }
  return columns;
}

function asJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}

export async function insertTask(tx: Tx, task: TaskChanges & { id: string }): Promise<TaskRow> {
  return tx
    .insertInto("tasks")
    .values({ ...asColumns(task), workspace_id: tx.workspace } as TaskRow & TaskSizes)
    .returning(TASK_COLUMNS)
    .executeTakeFirstOrThrow();
}

export async function insertDependencies(tx: Tx, taskId: string, dependsOn: readonly string[]): Promise<void> {
  if (dependsOn.length === 0) return;
  await tx
    .insertInto("task_dependencies")
    .values(dependsOn.map((id) => ({ workspace_id: tx.workspace, task_id: taskId, depends_on_id: id })))
    .execute();
}

export async function deleteDependencies(tx: Tx, taskId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .deleteFrom("task_dependencies")
    .where("workspace_id", "=", tx.workspace)
    .where("task_id", "=", taskId)
    .where("depends_on_id", "=", anyOf(ids))
    .execute();
}

/** Moves the dependents of a failed or canceled task to an open task. Returns the moved tasks. */
export async function moveDependents(tx: Tx, from: string, to: string): Promise<string[]> {
  const moved = await tx
    .updateTable("task_dependencies")
    .set({ depends_on_id: to })
    .where("workspace_id", "=", tx.workspace)
    .where("depends_on_id", "=", from)
    .returning("task_id")
    .execute();
  await tx
    .updateTable("tasks")
    .set({
      depends_on: sql`array_replace(depends_on, ${from}::uuid, ${to}::uuid)`,
      failed_dependency_count: sql`failed_dependency_count
        - case when status in ('queued', 'running', 'blocked') and id <> ${to} then 1 else 0 end`,
    })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", anyOf(moved.map(({ task_id }) => task_id).concat(to)))
    .execute();
  return moved.map(({ task_id }) => task_id);
}

/** Adds to counters of locked tasks. */
export async function addToCounters(
  tx: Tx,
  ids: readonly string[],
  change: Partial<
    Record<
      "child_count" | "open_children" | "open_dependencies" | "failed_dependency_count" | "dependent_count",
      number
    >
  >,
): Promise<void> {
  if (ids.length === 0) return;
  const set = Object.entries(change).map(([column, by]) => sql`${sql.ref(column)} = ${sql.ref(column)} + ${by}`);
  await sql`update tasks set ${sql.join(set)} where workspace_id = ${tx.workspace} and id = any(${[...ids]})`.execute(
    tx,
  );
}

export async function addBudgetLeft(tx: Tx, id: string, nanos: bigint): Promise<void> {
  if (nanos === 0n) return;
  await sql`update tasks set budget_left_nanos = budget_left_nanos + ${nanos.toString()}::bigint
    where workspace_id = ${tx.workspace} and id = ${id}`.execute(tx);
}
