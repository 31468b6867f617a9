/** Statements about what is above, below and beside a task. */
import { sql } from "kysely";
import type { ReadTx, Tx } from "../kernel/db.ts";
import { TASK_COLUMNS, type TaskRow, type TaskTable } from "./store.ts";

export async function listDependentIds(tx: ReadTx, id: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("task_dependencies")
    .select("task_id")
    .where("workspace_id", "=", tx.workspace)
    .where("depends_on_id", "=", id)
    .execute();
  return rows.map(({ task_id }) => task_id);
}

/** Everything below a task that is not finished. */
export async function listOpenDescendants(
  tx: ReadTx,
  id: string,
): Promise<{ id: string; assigned_to_agent_id: string }[]> {
  const { rows } = await sql<{ id: string; assigned_to_agent_id: string }>`
    with recursive below as (
      select t.id, t.status, t.assigned_to_agent_id from tasks t
        where t.workspace_id = ${tx.workspace} and t.parent_task_id = ${id}
      union all
      select t.id, t.status, t.assigned_to_agent_id from tasks t join below b on t.parent_task_id = b.id
        where t.workspace_id = ${tx.workspace}
    )
    select id, assigned_to_agent_id from below where status in ('queued', 'running', 'blocked')`.execute(tx);
  return rows;
}

export interface CancelReason {
  by: NonNullable<TaskTable["canceled_by"]>;
  at: Date;
}

/** Cancels tasks that are held and open, all at once. */
export async function cancelAll(tx: Tx, ids: readonly string[], { by, at }: CancelReason): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .updateTable("tasks")
    .set({
      status: "canceled",
      canceled_by: by,
      blocked_by: null,
      blocked_reason: null,
      lease_expires_at: null,
      reserved_nanos: 0n,
      open_children: 0,
      finished_at: at.toISOString(),
      updated_at: at.toISOString(),
    })
    .where("workspace_id", "=", tx.workspace)
    .where("id", "in", [...ids])
    .execute();
}

/** Whether any of the tasks waits, through dependencies and open children, for one of the others. */
export async function reaches(tx: ReadTx, from: readonly string[], to: readonly string[]): Promise<boolean> {
  const { rows } = await sql<{ id: string }>`
    with recursive waits(id) as (
      select unnest(${[...from]}::uuid[])
      union
      select n.id from waits w cross join lateral (
        select d.depends_on_id as id from task_dependencies d
          where d.workspace_id = ${tx.workspace} and d.task_id = w.id
        union all
        select c.id from tasks c where c.workspace_id = ${tx.workspace} and c.parent_task_id = w.id
          and c.status in ('queued', 'running', 'blocked')
      ) n
    )
    select id from waits where id = any(${[...to]}::uuid[]) limit 1`.execute(tx);
  return rows.length > 0;
}

/** The task and everything above it, root first. */
export async function listChain(tx: ReadTx, id: string): Promise<TaskRow[]> {
  const { rows } = await sql<TaskRow>`
    with recursive above as (
      select t.* from tasks t where t.workspace_id = ${tx.workspace} and t.id = ${id}
      union all
      select t.* from tasks t join above a on t.id = a.parent_task_id where t.workspace_id = ${tx.workspace}
    )
    select ${sql.join(TASK_COLUMNS.map((name) => sql.ref(name)))} from above order by depth`.execute(tx);
  return rows;
}
