/** One statement that stores a batch of events and adds them to every sum. */
import { columnsOf, listOf, recordOf } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { TaskPath } from "../../tasks/index.ts";
import { RunColumns, type RunRow } from "../run-schema.ts";
import { EventColumns, type EventRow } from "../schema.ts";
import { COUNTED, OTHER_MODEL, SUMS, type Sum, USED } from "./sums.ts";

const COLUMNS = columnsOf(EventColumns);
/** The columns of a batch come as one array each, which PostgreSQL reads in half the time that JSON needs. */
const GIVEN = [...COLUMNS, "key_hash", "error_message"] as const;
/** Arrays of arrays must be of one length, so a list is given as its text. */
const ARRAYS = GIVEN.map((name, place) => `$${place + 3}::${typeOf(name).replace("[]", "")}[]`).join(", ");
const WRITTEN = COLUMNS.map((name) => (typeOf(name).endsWith("[]") ? `c.${name}::${typeOf(name)}` : `c.${name}`));

function typeOf(name: (typeof GIVEN)[number]): string {
  if (name === "key_hash" || name === "error_message") return "text";
  return recordOf(EventColumns, [name]).slice(name.length + 1);
}

export interface StoredEvent extends EventRow {
  /** In hexadecimal digits; null for an event without a key. No two events of a batch have the same. */
  key_hash: string | null;
  error_message: string | null;
}

const RUN_SUMS = columnsOf(RunColumns).filter((name): name is Sum & keyof RunRow => name in USED);
const RUN_PLACE = columnsOf(RunColumns).filter((name) => !(name in USED));

const TASK_SUMS = {
  calls: USED.llm_calls,
  unpriced_calls: USED.unpriced_calls,
  tokens_in: USED.tokens_in,
  tokens_out: USED.tokens_out,
  cost_nanos: USED.cost_nanos,
  list_cost_nanos: USED.list_cost_nanos,
} as const;
const TASK_NAMES = Object.keys(TASK_SUMS) as (keyof typeof TASK_SUMS)[];

const sums = (names: readonly Sum[]) => names.map((name) => `${USED[name]} as ${name}`).join(", ");
const totals = (names: readonly Sum[]) => names.map((name) => `sum(m.${name}) as ${name}`).join(", ");
const added = (table: string, names: readonly string[]) =>
  names.map((name) => `${name} = ${table}.${name} + excluded.${name}`).join(", ");

/** An aggregate of the events of the task itself, without those of the tasks below. */
const own = (aggregate: string) =>
  aggregate.includes("filter (where ")
    ? aggregate.replace("filter (where ", "filter (where f.task_id = p.above_id and ")
    : aggregate.replace("), 0)", ") filter (where f.task_id = p.above_id), 0)");

/**
 * All batches take their locks in one order: keys, then sums of days and minutes, runs, and tasks from the deepest
 * to the root, each by its key. The counts make PostgreSQL finish one part before the next. Events come before the sums,
 * because the sums of an agent that sends much are held by one batch at a time.
 */
const INGEST = `
with calls as materialized (
  select ${listOf(WRITTEN)}, key_hash, error_message from unnest(${ARRAYS}) as c(${listOf(GIVEN)})
), keyed as (
  insert into obs_keys (workspace_id, key_hash, event_id)
  select $1, decode(key_hash, 'hex'), id from calls where key_hash is not null order by key_hash
  on conflict do nothing returning event_id
), fresh as materialized (
  select c.* from calls c
  where (select count(*) from keyed) >= 0 and (c.key_hash is null or c.id in (select event_id from keyed))
), made as (
  insert into obs_events (workspace_id, ${listOf(COLUMNS)}) select $1, ${listOf(COLUMNS)} from fresh returning id
), minutes as materialized (
  select date_trunc('minute', f.occurred_at, 'UTC') as minute, f.agent_id,
    case when f.is_other_model then '' else coalesce(f.provider, '') end as provider,
    case when f.is_other_model then '${OTHER_MODEL}' else coalesce(f.model, '') end as model, ${sums(SUMS)},
    max(f.occurred_at) as last_event_at, max(f.occurred_at) filter (where f.event_type = 'heartbeat') as last_heartbeat_at
  from fresh f group by 1, 2, 3, 4
), used as (
  insert into obs_usage (workspace_id, grain, at, agent_id, provider, model, ${SUMS.join(", ")}, last_event_at,
    last_heartbeat_at)
  select $1, 'day', date_trunc('day', m.minute, 'UTC') as at, m.agent_id, m.provider, m.model, ${totals(SUMS)},
    max(m.last_event_at), max(m.last_heartbeat_at)
  from minutes m
  where (select count(*) from made) >= 0
  group by 3, 4, 5, 6 order by 3, 4, 5, 6
  on conflict (workspace_id, grain, at, agent_id, provider, model) do update set ${added("obs_usage", SUMS)},
    last_event_at = greatest(obs_usage.last_event_at, excluded.last_event_at),
    last_heartbeat_at = greatest(obs_usage.last_heartbeat_at, excluded.last_heartbeat_at)
  returning 1
), counted as (
  insert into obs_counters (workspace_id, grain, at, agent_id, ${COUNTED.join(", ")}, last_event_at)
  select $1, g.grain, date_trunc(g.grain, m.minute, 'UTC') as at, m.agent_id, ${totals(COUNTED)}, max(m.last_event_at)
  from minutes m cross join (values ('minute'), ('day')) g(grain)
  where (select count(*) from used) >= 0
  group by 2, 3, 4 order by 2, 4, 3
  on conflict (workspace_id, grain, agent_id, at) do update set ${added("obs_counters", COUNTED)},
    last_event_at = greatest(obs_counters.last_event_at, excluded.last_event_at)
  returning 1
), timed as (
  insert into obs_latencies (workspace_id, agent_id, day, event_id, latencies_ms)
  select $1, f.agent_id, (f.occurred_at at time zone 'UTC')::date, min(f.id::text)::uuid, array_agg(f.latency_ms)
  from fresh f
  where f.event_type = 'llm_call' and f.latency_ms > 0
  group by 2, 3
), ran as (
  insert into obs_runs (workspace_id, ${[...RUN_PLACE, ...RUN_SUMS].join(", ")})
  select $1, f.run_id, f.agent_id, min(f.task_id::text)::uuid, min(f.model),
    coalesce((array_agg(e.ends order by f.occurred_at) filter (where e.ends is not null))[1], 'running'),
    (array_agg(f.error_message order by f.occurred_at) filter (where e.ends = 'error'))[1], '{}', min(f.occurred_at),
    min(f.occurred_at) filter (where e.ends is not null), max(f.occurred_at),
    min(f.id::text)::uuid, max(f.id::text)::uuid, ${sums(RUN_SUMS)}
  from fresh f cross join lateral (select case when f.event_type = 'run_finished'
    then case f.status when 'error' then 'error' else 'success' end end as ends) e
  where (select count(*) from counted) >= 0 and f.run_id is not null
  group by f.run_id, f.agent_id order by f.run_id
  on conflict (workspace_id, run_id) do update set ${added("obs_runs", RUN_SUMS)},
    task_id = coalesce(obs_runs.task_id, excluded.task_id), model = coalesce(obs_runs.model, excluded.model),
    started_at = least(obs_runs.started_at, excluded.started_at),
    last_event_at = greatest(obs_runs.last_event_at, excluded.last_event_at),
    first_event_id = least(obs_runs.first_event_id, excluded.first_event_id),
    last_event_id = greatest(obs_runs.last_event_id, excluded.last_event_id),
    status = case when obs_runs.finished_at is null then excluded.status else obs_runs.status end,
    error_message = case when obs_runs.finished_at is null then excluded.error_message else obs_runs.error_message end,
    finished_at = coalesce(obs_runs.finished_at, excluded.finished_at)
    where obs_runs.agent_id = excluded.agent_id
  returning 1
), spent as (
  insert into obs_task_costs (workspace_id, task_id, day, is_root,
    ${TASK_NAMES.map((name) => `own_${name}`).join(", ")}, ${TASK_NAMES.join(", ")})
  select $1, p.above_id, (f.occurred_at at time zone 'UTC')::date, p.depth = 0,
    ${TASK_NAMES.map((name) => own(TASK_SUMS[name])).join(", ")}, ${TASK_NAMES.map((name) => TASK_SUMS[name]).join(", ")}
  from fresh f join jsonb_to_recordset($2::jsonb) as p(task_id uuid, above_id uuid, depth int) on p.task_id = f.task_id
  where (select count(*) from ran) >= 0 and (f.event_type = 'llm_call' or f.cost_source is not null)
  group by p.above_id, 3, p.depth order by p.depth desc, p.above_id, 3
  on conflict (workspace_id, task_id, day) do update set
    ${added("obs_task_costs", [...TASK_NAMES.map((name) => `own_${name}`), ...TASK_NAMES])}
  returning 1
)
select id from made where (select count(*) from spent) >= 0`;

/** Returns the ids of the stored events. The others have keys that were counted before. */
export async function insertEvents(
  tx: Tx,
  events: readonly StoredEvent[],
  paths: readonly TaskPath[],
): Promise<ReadonlySet<string>> {
  const arrays = GIVEN.map((name) => `{${events.map((event) => elementOf(event[name])).join(",")}}`);
  const values = [tx.workspace, JSON.stringify(paths), ...arrays];
  const rows = await tx.statement<{ id: string }>("obs.ingest", INGEST, values);
  return new Set(rows.map(({ id }) => id));
}

/** An element in the text of an array. The driver writes arrays too, with several texts for each element. */
function elementOf(value: unknown): string {
  if (value === null) return "NULL";
  if (Array.isArray(value)) return quoted(`{${value.join(",")}}`);
  if (typeof value === "string") return quoted(value);
  return typeof value === "object" ? quoted(JSON.stringify(value)) : String(value);
}

function quoted(text: string): string {
  return `"${/["\\]/.test(text) ? text.replaceAll(/["\\]/g, "\\$&") : text}"`;
}

/** Makes the partition of the day, which the job makes three days ahead. */
export async function requireDay(tx: Tx, at: Date): Promise<void> {
  const day = at.toISOString().slice(0, 10);
  await tx.statement("obs.require-day", "select bailiwick_make_event_day($1::date)", [day]);
}

export interface KnownRun {
  run_id: string;
  agent_id: string;
  task_id: string | null;
  is_finished: boolean;
}

const RUNS = `select run_id, agent_id, task_id, finished_at is not null as is_finished from obs_runs
where workspace_id = $1 and run_id = any($2::uuid[])`;

/** Returns those of the runs that are known. */
export async function findRuns(tx: Tx, ids: readonly string[]): Promise<KnownRun[]> {
  if (ids.length === 0) return [];
  return tx.statement<KnownRun>("obs.find-runs", RUNS, [tx.workspace, [...ids]]);
}
