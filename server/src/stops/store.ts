/** The tables of stops, and SQL for the statements that start tasks. */
import { type Rows, rowsOf } from "../kernel/db/capped-rows.ts";
import { listOf, only } from "../kernel/db/columns.ts";
import type { ReadTx, Tx } from "../kernel/db/tx.ts";
import { notFound } from "../kernel/problem.ts";
import type { RunningAttempt, Target } from "./hooks.ts";
import type { Attempt } from "./rules.ts";
import { type Lift, STOP_COLUMNS, type StopPart, type StopRow } from "./schema.ts";

declare module "../kernel/db/tx.ts" {
  interface Tables {
    stops: Omit<StopRow, "lifts"> & { workspace_id: string; lifts: string };
  }
}

/** SQL of the first tasks of the trees whose starts are stopped. A claim evaluates it once. */
export const STOPPED_TREES = `array(select root_task_id from stops
  where workspace_id = $1 and ended_at is null and scope = 'tree' and 'starts' = any(in_force))`;

/** SQL of the oldest stop of starts in the tree with this first task. */
export const treeStopOf = (root: string) => `(select id from stops
  where workspace_id = $1 and ended_at is null and root_task_id = ${root} and 'starts' = any(in_force) order by id limit 1)`;

export async function insertStop(tx: Tx, stop: StopRow): Promise<void> {
  await tx
    .insertInto("stops")
    .values({ ...only(stop, STOP_COLUMNS), lifts: JSON.stringify(stop.lifts), workspace_id: tx.workspace })
    .execute();
}

const INSERT_TASKS = `insert into stop_tasks (workspace_id, stop_id, task_id, agent_id, fence)
select $1, $2, task_id, agent_id, fence
from unnest($3::uuid[], $4::uuid[], $5::int[]) as a(task_id, agent_id, fence) order by task_id`;

export async function insertAttempts(tx: Tx, stopId: string, attempts: readonly RunningAttempt[]): Promise<void> {
  if (attempts.length === 0) return;
  await tx.statement("stops.insert-tasks", INSERT_TASKS, [
    tx.workspace,
    stopId,
    attempts.map(({ task_id }) => task_id),
    attempts.map(({ agent_id }) => agent_id),
    attempts.map(({ fence }) => fence),
  ]);
}

const COLUMNS = `${listOf(STOP_COLUMNS, "s")}, (select count(*)::int from stop_tasks t
  where t.workspace_id = s.workspace_id and t.stop_id = s.id and t.confirmed_at is not null and not s.drill) as confirmed_count`;

export type CountedStop = StopRow & { confirmed_count: number };

const GET = `select ${COLUMNS} from stops s where s.workspace_id = $1 and s.id = $2`;

export async function getStop(tx: ReadTx, id: string): Promise<CountedStop> {
  const [stop] = await tx.statement<CountedStop>("stops.get", GET, [tx.workspace, id]);
  if (!stop) throw notFound("stop", id);
  return stop;
}

const LIST = `select ${COLUMNS} from stops s
where s.workspace_id = $1 and ($2::uuid is null or s.id < $2) and ($3::boolean is null or (s.ended_at is null) = $3)
order by s.id desc`;

/** The newest first. `before` is the last id read. */
export function listStops(tx: ReadTx, isInForce: boolean | undefined, before: string | null): Rows<CountedStop> {
  return rowsOf("stops.list", LIST, [tx.workspace, before, isInForce ?? null]);
}

const ATTEMPTS = `select n.stop_id, n.task_id, n.agent_id, n.heard_at, n.confirmed_at
from unnest($2::uuid[]) as s(id) cross join lateral (
  select stop_id, task_id, agent_id, heard_at, confirmed_at from stop_tasks where workspace_id = $1 and stop_id = s.id
  order by confirmed_at is not null, task_id limit $3) n`;

/** Returns up to `most` attempts of each stop by the id of the stop, those that still run first. */
export async function listAttempts(
  tx: ReadTx,
  stopIds: readonly string[],
  most: number,
): Promise<ReadonlyMap<string, Attempt[]>> {
  const rows = await tx.statement<Attempt & { stop_id: string }>("stops.attempts", ATTEMPTS, [
    tx.workspace,
    [...stopIds],
    most,
  ]);
  const byStop = new Map<string, Attempt[]>();
  for (const { stop_id, ...attempt } of rows) byStop.set(stop_id, [...(byStop.get(stop_id) ?? []), attempt]);
  return byStop;
}

const IN_FORCE = `select ${listOf(STOP_COLUMNS)} from stops where workspace_id = $1 and ended_at is null order by id`;

/** Returns the stops in force, the oldest first. */
export async function listInForce(tx: ReadTx): Promise<StopRow[]> {
  return tx.statement<StopRow>("stops.in-force", IN_FORCE, [tx.workspace]);
}

const COVERS = `select id from stops where workspace_id = $1 and ended_at is null and $2 = any(in_force)
  and (scope = 'workspace' or agent_id = $3 or root_task_id = $4)
order by id limit 1`;

/** Returns the oldest stop in force that stops this part of an agent or a tree; null when there is none. */
export async function findStop(tx: ReadTx, part: StopPart, target: Partial<Target> = {}): Promise<string | null> {
  const { agent_id = null, root_task_id = null } = target;
  const [row] = await tx.statement<{ id: string }>("stops.covers", COVERS, [
    tx.workspace,
    part,
    agent_id,
    root_task_id,
  ]);
  return row?.id ?? null;
}

const LIFT = `update stops set in_force = $3::text[], ended_at = case when cardinality($3::text[]) = 0 then bailiwick_now() end,
  lifts = lifts || $4::jsonb
where workspace_id = $1 and id = $2`;

export async function saveLift(tx: Tx, id: string, inForce: readonly StopPart[], lift: Lift): Promise<void> {
  await tx.statement("stops.lift", LIFT, [tx.workspace, id, [...inForce], JSON.stringify([lift])]);
}

const FREED = `select t.task_id, t.fence from stop_tasks t
where t.workspace_id = $1 and t.stop_id = $2 and t.confirmed_at is null
  and not exists (select from stop_tasks o join stops s on s.workspace_id = $1 and s.id = o.stop_id
    where o.workspace_id = $1 and o.task_id = t.task_id and o.fence = t.fence and s.ended_at is null
      and 'running' = any(s.in_force))`;

/** Returns the attempts of a stop that no stop in force asks to end. */
export async function listFreed(tx: Tx, stopId: string): Promise<Pick<RunningAttempt, "task_id" | "fence">[]> {
  return tx.statement("stops.freed", FREED, [tx.workspace, stopId]);
}

const HEARD = `update stop_tasks set heard_at = bailiwick_now()
where workspace_id = $1 and task_id = $2 and fence = $3 and heard_at is null`;

/** Notes that the holder of an attempt got the request to stop. */
export async function noteHeard(tx: Tx, taskId: string, fence: number): Promise<void> {
  await tx.statement("stops.heard", HEARD, [tx.workspace, taskId, fence]);
}

const CONFIRM = `update stops s set confirmed_at = bailiwick_now()
where s.workspace_id = $1 and s.ended_at is null and s.confirmed_at is null and 'running' = any(s.in_force)
  and not exists (select from stop_tasks t where t.workspace_id = $1 and t.stop_id = s.id and t.confirmed_at is null)
returning ${listOf(STOP_COLUMNS, "s")}`;

/** Marks the stops whose attempts are all over, each once. */
export async function confirmStops(tx: Tx): Promise<StopRow[]> {
  return tx.statement<StopRow>("stops.confirm", CONFIRM, [tx.workspace]);
}
