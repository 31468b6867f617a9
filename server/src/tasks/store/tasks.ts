/** Ordinary statements on tasks. The set-based ones for many callers are in the other files of this folder. */
import { sql } from "kysely";
import { anyOf } from "../../kernel/db/any-of.ts";
import { only } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { notFound, Problem } from "../../kernel/problem.ts";
import type { Status } from "../schema.ts";

export interface TaskTable {
  workspace_id: string;
  id: string;
  title: string;
  input: unknown;
  output: unknown;
  status: Status;
  priority: number;
  assigned_to_agent_id: string;
  created_by_agent_id: string | null;
  created_by_user_id: string | null;
  parent_task_id: string | null;
  root_task_id: string;
  depth: number;
  depends_on: string[];
  retry_of: string | null;
  attempt: number;
  max_attempts: number;
  failed_attempts: number;
  result_of_attempt: number | null;
  has_late_result: boolean;
  fence: number;
  lease_seconds: number | null;
  lease_expires_at: string | null;
  attempt_started_at: string | null;
  available_at: string;
  due_at: string | null;
  overdue_at: string | null;
  blocked_by: "guard" | "agent" | "escalation" | null;
  blocked_reason: { code: string; reason: string; next_step?: string; policy_id?: string } | null;
  canceled_by: "user" | "agent" | "service" | "system" | null;
  escalated_from: string[];
  escalates_at: string | null;
  escalation_seconds: number | null;
  handovers: number;
  child_count: number;
  open_children: number;
  open_dependencies: number;
  dependent_count: number;
  budget_nanos: bigint | null;
  budget_left_nanos: bigint | null;
  budget_task_id: string | null;
  estimated_cost_nanos: bigint | null;
  reserved_nanos: bigint;
  cost_nanos: bigint;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string;
}

export type TaskRow = TaskTable;

declare module "../../kernel/db/tx.ts" {
  interface Tables {
    tasks: TaskTable;
    task_dependencies: { workspace_id: string; task_id: string; depends_on_id: string };
  }
}

export const TASK_COLUMNS = [
  "workspace_id",
  "id",
  "title",
  "input",
  "output",
  "status",
  "priority",
  "assigned_to_agent_id",
  "created_by_agent_id",
  "created_by_user_id",
  "parent_task_id",
  "root_task_id",
  "depth",
  "depends_on",
  "retry_of",
  "attempt",
  "max_attempts",
  "failed_attempts",
  "result_of_attempt",
  "has_late_result",
  "fence",
  "lease_seconds",
  "lease_expires_at",
  "attempt_started_at",
  "available_at",
  "due_at",
  "overdue_at",
  "blocked_by",
  "blocked_reason",
  "canceled_by",
  "escalated_from",
  "escalates_at",
  "escalation_seconds",
  "handovers",
  "child_count",
  "open_children",
  "open_dependencies",
  "dependent_count",
  "budget_nanos",
  "budget_left_nanos",
  "budget_task_id",
  "estimated_cost_nanos",
  "reserved_nanos",
  "cost_nanos",
  "created_at",
  "started_at",
  "finished_at",
  "updated_at",
] as const satisfies readonly (keyof TaskTable)[];

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

export async function getTask(tx: ReadTx, id: string): Promise<TaskRow> {
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

export type TaskChanges = Partial<Omit<TaskTable, "workspace_id" | "id" | "created_at">>;

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
  const columns: Record<string, unknown> = only<Partial<TaskTable>, keyof TaskTable>(changes, TASK_COLUMNS);
  for (const name of ["input", "output", "blocked_reason"]) {
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
    .values({ ...asColumns(task), workspace_id: tx.workspace } as TaskTable)
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

/** Moves the dependents of one task to another task. Returns the moved tasks. */
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
    .set({ depends_on: sql`array_replace(depends_on, ${from}::uuid, ${to}::uuid)` })
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
    Record<"child_count" | "open_children" | "open_dependencies" | "dependent_count" | "failed_attempts", number>
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
