/** The tables of caps and reservations, and SQL for the statements that start tasks. */
import { listOf, only } from "../kernel/db/columns.ts";
import type { PublicTx, ReadTx, Tx } from "../kernel/db/tx.ts";
import {
  type Amount,
  CAP_COLUMNS,
  type Cap,
  type CapWarning,
  COUNT_COLUMNS,
  type Estimate,
  type Reservation,
  type Spent,
} from "./schema.ts";

declare module "../kernel/db/tx.ts" {
  interface Tables {
    spend_caps: Cap & { workspace_id: string };
  }
}

const READ = CAP_COLUMNS.map((name) => (name === "day" ? "to_char(day, 'YYYY-MM-DD') as day" : name)).join(", ");
const LIST = `select ${READ} from spend_caps where workspace_id = $1 order by id`;
const LOCK = `${LIST} for no key update`;

export async function listCaps(tx: ReadTx): Promise<Cap[]> {
  return tx.statement<Cap>("caps.list", LIST, [tx.workspace]);
}

/** Locks all caps of the workspace. The transaction must take no other lock afterwards. */
export async function lockCaps(tx: Tx): Promise<Cap[]> {
  return tx.statement<Cap>("caps.lock", LOCK, [tx.workspace]);
}

export async function insertCap(tx: Tx, cap: Cap): Promise<void> {
  await tx
    .insertInto("spend_caps")
    .values({ ...only(cap, CAP_COLUMNS), workspace_id: tx.workspace })
    .execute();
}

const REPLACED = CAP_COLUMNS.filter((name) => name !== "id" && name !== "agent_id");

/** The caller has locked the caps. */
export async function replaceCap(tx: Tx, cap: Cap): Promise<void> {
  await tx
    .updateTable("spend_caps")
    .set(only(cap, REPLACED))
    .where("workspace_id", "=", tx.workspace)
    .where("id", "=", cap.id)
    .executeTakeFirstOrThrow();
}

/** The caller has locked the caps. */
export async function deleteCap(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("spend_caps").where("workspace_id", "=", tx.workspace).where("id", "=", id).execute();
}

const COUNT_TYPES: Partial<Record<keyof Cap, string>> = {
  day: "date",
  unpriced_events: "bigint",
  warned_percent: "int",
  is_crossed: "boolean",
  warned_at: "timestamptz",
};
const SAVE = `update spend_caps c set ${COUNT_COLUMNS.map((name) => `${name} = n.${name}`).join(", ")}
from jsonb_to_recordset($2::jsonb) as n(id uuid, ${COUNT_COLUMNS.map((name) => `${name} ${COUNT_TYPES[name] ?? "numeric"}`).join(", ")})
where c.workspace_id = $1 and c.id = n.id`;

/** Saves the counts of caps. The caller has locked them. */
export async function saveCounts(tx: Tx, caps: readonly Cap[]): Promise<void> {
  const rows = caps.map((cap) => ({ ...cap, unpriced_events: String(cap.unpriced_events) }));
  await tx.statement("caps.save-counts", SAVE, [tx.workspace, JSON.stringify(rows)]);
}

const RESERVATIONS = `select task_id, agent_id, left_nanos, left_list_nanos, spent_nanos from spend_reservations
where workspace_id = $1 and task_id = any($2::uuid[])`;

/** The caller has locked the caps, which also keeps the reservations as they are. */
export async function listReservations(tx: Tx, taskIds: readonly string[]): Promise<Reservation[]> {
  if (taskIds.length === 0) return [];
  return tx.statement<Reservation>("caps.reservations", RESERVATIONS, [tx.workspace, [...taskIds]]);
}

const SAVE_RESERVATIONS = `update spend_reservations r
set left_nanos = n.left_nanos, left_list_nanos = n.left_list_nanos, spent_nanos = n.spent_nanos
from jsonb_to_recordset($2::jsonb) as n(task_id uuid, left_nanos numeric, left_list_nanos numeric, spent_nanos numeric)
where r.workspace_id = $1 and r.task_id = n.task_id`;

export async function saveReservations(tx: Tx, reservations: readonly Reservation[]): Promise<void> {
  if (reservations.length === 0) return;
  await tx.statement("caps.save-reservations", SAVE_RESERVATIONS, [tx.workspace, JSON.stringify(reservations)]);
}

const ADD_LATE = `
with late as (
  select task_id, agent_id, sum(cost) as cost from jsonb_to_recordset($2::jsonb) as l(task_id uuid, agent_id uuid, cost numeric)
  group by 1, 2
), summed as (
  select h.agent_id, r.place, r.nanos + case when r.place = array_position(h.recent_tasks, r.task_id) then coalesce(l.cost, 0) else 0 end as nanos
  from spend_habits h cross join unnest(h.recent_nanos, h.recent_tasks) with ordinality r(nanos, task_id, place)
    left join late l on l.task_id = r.task_id and l.agent_id = h.agent_id
  where h.workspace_id = $1 and h.agent_id in (select agent_id from late)
)
update spend_habits h set recent_nanos = n.nanos, usual_nanos = coalesce(h.default_nanos, n.usual)
from (select agent_id, array_agg(nanos order by place) as nanos, percentile_disc(0.9) within group (order by nanos) filter (where nanos > 0) as usual
  from summed group by agent_id) n
where h.workspace_id = $1 and h.agent_id = n.agent_id`;

/** Adds costs that came after the end of their attempts to what the attempts cost. The caller has locked the caps. */
export async function addLate(tx: Tx, spent: readonly Spent[]): Promise<void> {
  if (spent.length === 0) return;
  const rows = spent.map(({ task_id, agent_id, cost_nanos }) => ({ task_id, agent_id, cost: String(cost_nanos) }));
  await tx.statement("caps.add-late", ADD_LATE, [tx.workspace, JSON.stringify(rows)]);
}

const HELD = `select r.billed + a.nanos as billed, r.list + a.nanos as list
from (select coalesce(sum(left_nanos), 0) as billed, coalesce(sum(left_list_nanos), 0) as list
    from spend_reservations where workspace_id = $1 and ($2::uuid is null or agent_id = $2)) r,
  (select coalesce(sum(nanos), 0) as nanos
    from spend_amounts where workspace_id = $1 and day is null and ($2::uuid is null or agent_id = $2)) a`;

/** Sums the rests of the reservations and the reserved amounts of an agent; of all agents for null. The caller has locked the caps. */
export async function sumReserved(tx: Tx, agentId: string | null, isList: boolean): Promise<string> {
  const [row] = await tx.statement<{ billed: string; list: string }>("caps.sum-reserved", HELD, [
    tx.workspace,
    agentId,
  ]);
  return (isList ? row?.list : row?.billed) ?? "0";
}

const AMOUNT_USED = `select coalesce(sum(nanos), 0) as nanos from spend_amounts
where workspace_id = $1 and day = $3::date and ($2::uuid is null or agent_id = $2)`;

/** Sums the amounts that an agent spent outside on a day; of all agents for null. */
export async function sumAmountsUsed(tx: Tx, agentId: string | null, day: string): Promise<bigint> {
  const values = [tx.workspace, agentId, day];
  const [row] = await tx.statement<{ nanos: string }>("caps.amounts-used", AMOUNT_USED, values);
  return BigInt(row?.nanos ?? 0);
}

const LEFT = "select caps_left($1, $2, bailiwick_now()) as left";

/** Returns the least that is left under the caps above an agent, in nano-dollars; null without a cap. Reads without a lock. */
export async function capLeftOf(tx: ReadTx, agentId: string): Promise<bigint | null> {
  const [row] = await tx.statement<{ left: string | null }>("caps.left", LEFT, [tx.workspace, agentId]);
  return row === undefined || row.left === null ? null : BigInt(row.left);
}

const RESERVE = `
with reserved as (
  insert into spend_reservations (workspace_id, task_id, agent_id, estimate_nanos, left_nanos, left_list_nanos)
  values ($1, $2, $3, $4::numeric, $4::numeric, $4::numeric)
)
update spend_caps set reserved_nanos = reserved_nanos + $4::numeric
where workspace_id = $1 and (agent_id is null or agent_id = $3)`;

/** Reserves the estimate of one start, in nano-dollars, from every cap above the agent. The caller has locked the caps. */
export async function reserve(tx: Tx, taskId: string, agentId: string, estimate: string): Promise<void> {
  await tx.statement("caps.reserve", RESERVE, [tx.workspace, taskId, agentId, estimate]);
}

/** SQL of the source of the estimate of a task, for an agent with the columns of `habits`. */
export const estimateSource = (task: string, habits = "h") =>
  `estimate_source(${task}, ${habits}.default_nanos, ${habits}.usual_nanos)`;

const ESTIMATES = `select t.id, start_estimate(t, h.usual_nanos) as estimate, ${estimateSource("t")} as source
from unnest($2::uuid[]) as a(id) join tasks t on t.workspace_id = $1 and t.id = a.id
  left join spend_habits h on h.workspace_id = $1 and h.agent_id = $3`;

const SAVE_DEFAULT = `
insert into spend_habits as h (workspace_id, agent_id, recent_nanos, recent_tasks, default_nanos, usual_nanos)
values ($1, $2, '{}', '{}', $3::numeric, $3::numeric)
on conflict (workspace_id, agent_id) do update set default_nanos = excluded.default_nanos, usual_nanos = coalesce(
  excluded.default_nanos, (select percentile_disc(0.9) within group (order by n) from unnest(h.recent_nanos) n where n > 0))`;

/** Sets what a start of the agent costs when its task has no estimate. */
export async function saveDefaultEstimate(tx: Tx, agentId: string, nanos: bigint | null): Promise<void> {
  await tx.statement("caps.save-default", SAVE_DEFAULT, [tx.workspace, agentId, nanos === null ? null : String(nanos)]);
}

/** Estimates the costs of starts by this agent, in nano-dollars, by task. */
export async function estimatesOf(
  tx: ReadTx,
  taskIds: readonly string[],
  agentId: string,
): Promise<ReadonlyMap<string, Estimate>> {
  const rows = await tx.statement<Estimate & { id: string }>("caps.estimates", ESTIMATES, [
    tx.workspace,
    [...taskIds],
    agentId,
  ]);
  return new Map(rows.map(({ id, ...estimate }) => [id, estimate]));
}

/** SQL of the binding cap above an agent that has the least left, with the numbers that a refusal names. */
export const tightestCap = (
  agent: string,
) => `select c.id as policy_id, c.agent_id as cap_agent_id, cap_left(c, bailiwick_now()) as cap_left,
    cap_limit(c, bailiwick_now()) as cap, cap_used(c, bailiwick_now()) as used, c.reserved_nanos as reserved,
    cap_is_unpriced(c, bailiwick_now()) as is_unpriced
  from spend_caps c where c.workspace_id = $1 and c.is_binding and (c.agent_id is null or c.agent_id = ${agent})
  order by 3, 1 limit 1`;

/** SQL of the time at which the day of every cap ends. */
export const RESETS_AT = "date_trunc('day', bailiwick_now(), 'UTC') + interval '1 day'";

/** The columns of `tightestCap`. */
export const TIGHTEST_COLUMNS = listOf(["policy_id", "cap_agent_id", "cap", "used", "reserved", "is_unpriced"], "c");

/** SQL of the warnings of today for an agent: the caps above it that are used to 75 percent or more. */
export const capWarnings = (agent: string) => `select coalesce(jsonb_agg(jsonb_build_object('policy_id', c.id,
    'percent', c.warned_percent, 'used_usd', c.used_nanos / 1e9, 'cap_usd', cap_limit(c, bailiwick_now()) / 1e9) order by c.id), '[]') as warnings
  from spend_caps c where c.workspace_id = $1 and c.warned_percent > 0 and c.day = (bailiwick_now() at time zone 'UTC')::date
    and (c.agent_id is null or c.agent_id = ${agent})`;

/** Returns the warnings of today for an agent. */
export async function warningsOf(tx: ReadTx, agentId: string): Promise<CapWarning[]> {
  const [row] = await tx.statement<{ warnings: CapWarning[] }>("caps.warnings", capWarnings("$2::uuid"), [
    tx.workspace,
    agentId,
  ]);
  return row?.warnings ?? [];
}

/** SQL of the parts of a claim that keep to caps. */
export const CAPS_OF_CLAIM = {
  /** Locks the caps after the tasks of the part `picked`. */
  locked: `select ${listOf(["id", "agent_id", "is_binding", "is_shadow"], "c")}, cap_left(c, bailiwick_now()) as left
    from spend_caps c where c.workspace_id = $1 and (select count(*) from picked) > 0 order by c.id for no key update of c`,
  /** The agents of `picked` whose tasks do not fit together under one of `caps`. */
  tight: `select distinct p.agent_id from caps c join picked p on c.agent_id is null or c.agent_id = p.agent_id
    where c.is_binding and c.left < (select sum(q.estimate) from picked q where c.agent_id is null or q.agent_id = c.agent_id)`,
  /** The caps in shadow mode that would refuse a start of the agent when its starts so far need `upto` together. */
  wouldBlock: (agent: string, upto: string) => `select jsonb_agg(c.id order by c.id) as policies from caps c
    where c.is_shadow and c.left < ${upto} and (c.agent_id is null or c.agent_id = ${agent})`,
  isCapped: (agent: string) => `exists (select from caps c where c.agent_id is null or c.agent_id = ${agent})`,
  /** Stores the reservations of the tasks of `started`, which have an estimate when a cap applies. */
  reserved: `insert into spend_reservations (workspace_id, task_id, agent_id, estimate_nanos, left_nanos, left_list_nanos)
    select $1, s.id, s.assigned_to_agent_id, s.cap_estimate_nanos, s.cap_estimate_nanos, s.cap_estimate_nanos
    from started s where s.cap_estimate_nanos is not null`,
  counted: `update spend_caps c set reserved_nanos = c.reserved_nanos + n.nanos from (
      select k.id, sum(s.cap_estimate_nanos) as nanos from caps k join started s
        on s.cap_estimate_nanos is not null and (k.agent_id is null or k.agent_id = s.assigned_to_agent_id) group by k.id) n
    where c.workspace_id = $1 and c.id = n.id`,
} as const;

const FREE = "select bailiwick_free_reservations($1) as freed";
const FREED_MAX = 1_000;

/** Returns the number of reservations that had outlived their attempts. */
export async function freeReservations(tx: PublicTx): Promise<number> {
  const [row] = await tx.statement<{ freed: number }>("caps.free", FREE, [FREED_MAX]);
  return row?.freed ?? 0;
}

const ADD_AMOUNT = "insert into spend_amounts (workspace_id, id, agent_id, nanos) values ($1, $2, $3, $4::numeric)";

/** The caller has locked the caps, here and below. */
export async function insertAmount(tx: Tx, { id, agent_id, nanos }: Amount): Promise<void> {
  await tx.statement("caps.add-amount", ADD_AMOUNT, [tx.workspace, id, agent_id, String(nanos)]);
}

interface AmountRow {
  id: string;
  agent_id: string;
  nanos: string;
}
const amountOfRow = (row: AmountRow | undefined): Amount | undefined => row && { ...row, nanos: BigInt(row.nanos) };

const DELETE_AMOUNT = `delete from spend_amounts where workspace_id = $1 and id = $2 and day is null
returning id, agent_id, nanos`;

/** Returns undefined when nothing is reserved under the id. */
export async function deleteAmount(tx: Tx, id: string): Promise<Amount | undefined> {
  return amountOfRow((await tx.statement<AmountRow>("caps.delete-amount", DELETE_AMOUNT, [tx.workspace, id]))[0]);
}

const USE_AMOUNT = `update spend_amounts set day = $3::date where workspace_id = $1 and id = $2 and day is null
returning id, agent_id, nanos`;

/** Returns undefined when nothing is reserved under the id. */
export async function markAmountUsed(tx: Tx, id: string, day: string): Promise<Amount | undefined> {
  return amountOfRow((await tx.statement<AmountRow>("caps.use-amount", USE_AMOUNT, [tx.workspace, id, day]))[0]);
}
