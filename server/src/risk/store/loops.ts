/** The tables of loops and restarts. They are locked after all other rows but caps and policies. */

import { listOf, recordOf } from "../../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import { type Fired, LOOP_COLUMNS, type Loop, LoopColumns } from "../loop-schema.ts";

export type LoopKey = Pick<Loop, "subject_id" | "agent_id">;

const COLUMNS = listOf(LOOP_COLUMNS);
/** The numbers of nano-dollars come as text. */
const SET = LOOP_COLUMNS.filter((name) => name !== "subject_id" && name !== "agent_id").map(
  (name) => `${name} = n.${name}${name.endsWith("_nanos") ? "::numeric" : ""}`,
);
const KEYS = "unnest($2::uuid[], $3::uuid[]) as k(subject_id, agent_id)";
const keysOf = (tx: ReadTx, keys: readonly LoopKey[]) => [
  tx.workspace,
  keys.map(({ subject_id }) => subject_id),
  keys.map(({ agent_id }) => agent_id),
];

const READ = `select l.* from ${KEYS} cross join lateral (select ${COLUMNS} from risk_loops
  where workspace_id = $1 and subject_id = k.subject_id and agent_id = k.agent_id offset 0) l`;

/** Reads loops without a lock. Unknown ones are missing. */
export async function readLoops(tx: ReadTx, keys: readonly LoopKey[]): Promise<Loop[]> {
  return tx.statement<Loop>("risk.read-loops", READ, keysOf(tx, keys));
}

const LOCK = `insert into risk_loops (workspace_id, subject_id, agent_id, changed_on)
select $1, subject_id, agent_id, (bailiwick_now() at time zone 'UTC')::date from ${KEYS} order by 2, 3
on conflict (workspace_id, subject_id, agent_id) do update set changed_on = excluded.changed_on
returning ${COLUMNS}`;

/** Locks loops in the order of their keys, and makes those that are missing. */
export async function lockLoops(tx: Tx, keys: readonly LoopKey[]): Promise<Loop[]> {
  return tx.statement<Loop>("risk.lock-loops", LOCK, keysOf(tx, keys));
}

const SAVE = `update risk_loops l set ${SET.join(", ")}, is_due = coalesce($3, is_due)
from jsonb_to_recordset($2::jsonb) as n(${recordOf(LoopColumns, LOOP_COLUMNS)})
where l.workspace_id = $1 and l.subject_id = n.subject_id and l.agent_id = n.agent_id`;

/** The caller has locked the loops. Without `is_due`, due loops stay due. */
export async function saveLoops(tx: Tx, loops: readonly Loop[], { is_due }: { is_due?: boolean } = {}): Promise<void> {
  await tx.statement("risk.save-loops", SAVE, [tx.workspace, JSON.stringify(loops), is_due ?? null]);
}

/** The attempts of a task in a row that ended without a result. */
export interface Restarts {
  task_id: string;
  agent_id: string;
  restarts: number;
  fired: Fired;
}

const DUE = `(select subject_id as id, agent_id from risk_loops where workspace_id = $1 and is_due order by subject_id limit $2)
union all (select task_id, agent_id from risk_restarts where workspace_id = $1 and is_due order by task_id limit $2)`;

/** Returns the tasks with news outside of telemetry, and their agents, at most `most` of each kind. */
export async function listDue(tx: ReadTx, most: number): Promise<{ id: string; agent_id: string }[]> {
  return tx.statement<{ id: string; agent_id: string }>("risk.loops-due", DUE, [tx.workspace, most]);
}

const LOCK_DUE = `select ${COLUMNS} from risk_loops
where workspace_id = $1 and subject_id = any($2::uuid[]) and agent_id = any($3::uuid[]) and is_due
order by subject_id, agent_id for no key update skip locked`;

/** Locks the due loops of these. Those that another transaction holds stay due. */
export async function lockDueLoops(tx: Tx, ids: readonly string[], agentIds: readonly string[]): Promise<Loop[]> {
  return tx.statement<Loop>("risk.lock-due-loops", LOCK_DUE, [tx.workspace, [...ids], [...agentIds]]);
}

const LOCK_RESTARTS = `select task_id, agent_id, restarts, fired from risk_restarts
where workspace_id = $1 and task_id = any($2::uuid[]) and agent_id = any($3::uuid[]) and is_due
order by task_id for no key update skip locked`;

export async function lockDueRestarts(
  tx: Tx,
  ids: readonly string[],
  agentIds: readonly string[],
): Promise<Restarts[]> {
  return tx.statement<Restarts>("risk.lock-due-restarts", LOCK_RESTARTS, [tx.workspace, [...ids], [...agentIds]]);
}

const SAVE_RESTARTS = `update risk_restarts r set fired = n.fired, is_due = false
from jsonb_to_recordset($2::jsonb) as n(task_id uuid, fired jsonb) where r.workspace_id = $1 and r.task_id = n.task_id`;

/** The caller has locked the rows. */
export async function saveRestarts(tx: Tx, rows: readonly Restarts[]): Promise<void> {
  await tx.statement("risk.save-restarts", SAVE_RESTARTS, [tx.workspace, JSON.stringify(rows)]);
}

const RESET_LOOPS = `update risk_loops set calls = '[]', fired = '{}', spent_nanos = 0, spent_list_nanos = 0,
  is_due = false
where workspace_id = $1 and ($2::uuid is null or agent_id = $2)`;
const RESET_RESTARTS = `update risk_restarts set restarts = 0, fired = '{}', is_due = false
where workspace_id = $1 and (restarts > 0 or fired <> '{}') and ($2::uuid is null or agent_id = $2)`;

/** Begins the counts of an agent, or of all (null), at zero, and lets each breaker fire at once. The command runs alone in its workspace. */
export async function resetLoops(tx: Tx, agentId: string | null): Promise<void> {
  await tx.statement("risk.reset-loops", RESET_LOOPS, [tx.workspace, agentId]);
  await tx.statement("risk.reset-restarts", RESET_RESTARTS, [tx.workspace, agentId]);
}
