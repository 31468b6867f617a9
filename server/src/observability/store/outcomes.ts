/** The tables of outcomes and of the last points of cumulative series. */
import type { ReadTx, Tx } from "../../kernel/db/tx.ts";
import type { SeriesState } from "../outcome-rules.ts";
import { COSTED_TASKS_MAX, OUTCOMES, type OutcomeName } from "../outcome-schema.ts";
import type { Range } from "./usage.ts";

/** Stands for no task. */
export const NO_TASK = "00000000-0000-0000-0000-000000000000";

export interface OutcomeSum extends Record<OutcomeName, number> {
  day: string;
  agent_id: string;
  task_id: string;
}

const NAMES = OUTCOMES.join(", ");

const ADD = `
insert into obs_outcomes (workspace_id, day, agent_id, task_id, ${NAMES})
select $1, day, agent_id, task_id, ${NAMES} from jsonb_to_recordset($2::jsonb)
  as o(day date, agent_id uuid, task_id uuid, ${OUTCOMES.map((name) => `${name} numeric`).join(", ")})
order by day, agent_id, task_id
on conflict (workspace_id, day, agent_id, task_id) do update set
  ${OUTCOMES.map((name) => `${name} = obs_outcomes.${name} + excluded.${name}`).join(", ")}`;

/** Comes after all other sums of a batch. Each day, agent and task is there once. */
export async function addOutcomes(tx: Tx, sums: readonly OutcomeSum[]): Promise<void> {
  if (sums.length > 0) await tx.statement("obs.add-outcomes", ADD, [tx.workspace, JSON.stringify(sums)]);
}

const TAKE_KEYS = `
insert into obs_keys (workspace_id, key_hash, event_id)
select $1, decode(k.key, 'hex'), k.id from unnest($2::text[], $3::uuid[]) as k(key, id) order by k.key
on conflict do nothing returning encode(key_hash, 'hex') as key`;

/** Returns those of the keys that were not taken before. Each key is there once. */
export async function takeKeys(tx: Tx, keys: readonly string[], ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx.statement<{ key: string }>("obs.take-keys", TAKE_KEYS, [tx.workspace, [...keys], [...ids]]);
  return new Set(rows.map(({ key }) => key));
}

const MAKE_SERIES = `
insert into obs_series (workspace_id, series, started_ms, last_ms, value, updated_at)
select $1, decode(s.series, 'hex'), 0, -1, 0, bailiwick_now() from unnest($2::text[]) as s(series) order by s.series
on conflict do nothing`;
const LOCK_SERIES = `
select encode(series, 'hex') as series, started_ms::float8 as started_ms, last_ms::float8 as last_ms,
  value::float8 as value
from obs_series where workspace_id = $1 and series = any(select decode(s, 'hex') from unnest($2::text[]) s)
order by series for update`;

export type SeriesRow = SeriesState & { series: string };

/** Locks the series in order. A new one has its last point before all times. */
export async function lockSeries(tx: Tx, series: readonly string[]): Promise<SeriesRow[]> {
  if (series.length === 0) return [];
  await tx.statement("obs.make-series", MAKE_SERIES, [tx.workspace, [...series]]);
  return tx.statement<SeriesRow>("obs.lock-series", LOCK_SERIES, [tx.workspace, [...series]]);
}

const SAVE_SERIES = `
update obs_series s set started_ms = n.started_ms, last_ms = n.last_ms, value = n.value, updated_at = bailiwick_now()
from jsonb_to_recordset($2::jsonb) as n(series text, started_ms bigint, last_ms bigint, value numeric)
where s.workspace_id = $1 and s.series = decode(n.series, 'hex')`;

export async function saveSeries(tx: Tx, rows: readonly SeriesRow[]): Promise<void> {
  if (rows.length > 0) await tx.statement("obs.save-series", SAVE_SERIES, [tx.workspace, JSON.stringify(rows)]);
}

const SUMMED = OUTCOMES.map((name) => `coalesce(sum(${name}), 0)::float8 as ${name}`).join(", ");
const IN_DAYS = "from obs_outcomes where workspace_id = $1 and day >= $2::date and day <= $3::date";
const MOST = "order by sum(lines_added + lines_removed) desc, sum(commits) desc, 1 limit $4";

const GROUPS = {
  agent: `select agent_id::text as key, ${SUMMED} ${IN_DAYS} group by agent_id ${MOST}`,
  task: `select task_id::text as key, ${SUMMED} ${IN_DAYS} and task_id <> '${NO_TASK}' group by task_id ${MOST}`,
  day: `select to_char(day, 'YYYY-MM-DD') as key, ${SUMMED} ${IN_DAYS} group by day order by day limit $4`,
} as const;

export type OutcomeSums = Record<OutcomeName, number>;

export async function outcomesBy(
  tx: ReadTx,
  group: keyof typeof GROUPS,
  { from, to, limit }: Range & { limit: number },
): Promise<(OutcomeSums & { key: string })[]> {
  return tx.statement(`obs.outcomes-by-${group}`, GROUPS[group], [tx.workspace, from, to, limit]);
}

export async function totalOutcomes(tx: ReadTx, { from, to }: Range): Promise<OutcomeSums> {
  const [row] = await tx.statement<OutcomeSums>("obs.total-outcomes", `select ${SUMMED} ${IN_DAYS}`, [
    tx.workspace,
    from,
    to,
  ]);
  if (!row) throw new Error("A sum has one row.");
  return row;
}

const COSTED = `
select task_id, sum(own_cost_nanos)::text as cost_nanos, sum(own_list_cost_nanos)::text as list_cost_nanos
from obs_task_costs where workspace_id = $1 and day >= $2::date and day <= $3::date
group by task_id having sum(own_calls) > 0 order by max(day) desc, task_id desc limit ${COSTED_TASKS_MAX}`;

export interface CostedTask {
  task_id: string;
  cost_nanos: string;
  list_cost_nanos: string;
}

/** The tasks with calls of their own in these days, the latest first. */
export async function costedTasks(tx: ReadTx, { from, to }: Range): Promise<CostedTask[]> {
  return tx.statement<CostedTask>("obs.costed-tasks", COSTED, [tx.workspace, from, to]);
}
