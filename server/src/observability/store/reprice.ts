/** Changes the costs of stored events and every sum that has them. */
import { listOf, recordOf } from "../../kernel/db/columns.ts";
import type { Tx } from "../../kernel/db/tx.ts";
import type { TaskPath } from "../../tasks/index.ts";
import { COST_COLUMNS, type CostColumns } from "../cost-event.ts";
import { EventColumns, type EventRow } from "../schema.ts";
import { OTHER_MODEL } from "./sums.ts";

const READ = [
  "id",
  "occurred_at",
  "agent_id",
  "run_id",
  "task_id",
  "event_type",
  "provider",
  "model",
  "tokens_in",
  "tokens_out",
  "tokens_cached",
  "tokens_cache_write",
  "tokens_cache_write_1h",
  "tokens_reasoning",
  "web_searches",
  "billing_mode",
  "is_other_model",
  ...COST_COLUMNS,
] as const satisfies readonly (keyof EventRow)[];
export type CostedEvent = Pick<EventRow, (typeof READ)[number]>;

export interface Looked {
  /** The last id of the part before. */
  after: string;
  /** Days in UTC. */
  from: string | null;
  to: string | null;
  models: readonly string[] | null;
}

/** An event arrives at most minutes before its time, so the ids before that have no event of the time. */
const END = `
select id from obs_events where workspace_id = $1 and id > greatest($2::uuid,
  coalesce(bailiwick_first_event_id(($3::date - 1)::timestamp at time zone 'UTC'), '00000000-0000-0000-0000-000000000000'))
order by id offset $4::int limit 1`;

/** Returns the id of the last event of a part with this many events; undefined when fewer are left. */
export async function endOfPart(tx: Tx, { after, from }: Looked, events: number): Promise<string | undefined> {
  const [row] = await tx.statement<{ id: string }>("obs.reprice-end", END, [tx.workspace, after, from, events - 1]);
  return row?.id;
}

/** The amounts that a sender reports stay, but for a 0 of a metered call, which may mean that the sender knows no price. */
const LOCK = `
select ${listOf(READ)} from obs_events
where workspace_id = $1 and id > $2::uuid and ($3::uuid is null or id <= $3::uuid)
  and id >= coalesce(bailiwick_first_event_id(($4::date - 1)::timestamp at time zone 'UTC'), $2::uuid)
  and ($4::date is null or occurred_at >= $4::date::timestamp at time zone 'UTC')
  and ($5::date is null or occurred_at < ($5::date + 1)::timestamp at time zone 'UTC')
  and ($6::text[] is null or model = any($6::text[]))
  and (cost_source in ('derived', 'partial', 'unpriced')
    or cost_source = 'reported' and billing_mode = 'metered' and cost_nanos = 0 and price_source is null)
order by id for no key update`;

/** Locks the events of a part that get their cost from prices. Another reprice of them waits, and then sees new costs. */
export async function lockPart(tx: Tx, looked: Looked, end: string | undefined): Promise<CostedEvent[]> {
  const { after, from, to, models } = looked;
  const values = [tx.workspace, after, end ?? null, from, to, models === null ? null : [...models]];
  return tx.statement<CostedEvent>("obs.reprice-lock", LOCK, values);
}

const SAVE = `
update obs_events e set ${COST_COLUMNS.map((name) => `${name} = c.${name}`).join(", ")}
from jsonb_to_recordset($2::jsonb) as c(${recordOf(EventColumns, ["id", ...COST_COLUMNS])})
where e.workspace_id = $1 and e.id = c.id`;

export async function saveCosts(tx: Tx, rows: readonly ({ id: string } & CostColumns)[]): Promise<void> {
  const texts = rows.map(({ cost_nanos, list_cost_nanos, ...row }) => ({
    ...row,
    cost_nanos: cost_nanos?.toString() ?? null,
    list_cost_nanos: list_cost_nanos?.toString() ?? null,
  }));
  await tx.statement("obs.reprice-save", SAVE, [tx.workspace, JSON.stringify(texts)]);
}

/** The change of the sums by one event. */
export interface CostChange {
  agent_id: string;
  provider: string;
  model: string;
  occurred_at: string;
  run_id: string | null;
  task_id: string | null;
  cost: string;
  list: string;
  unpriced: number;
  partial: number;
}

/** The sums name the model of an event as its ingest did. */
export function summedName({ is_other_model, provider, model }: CostedEvent): { provider: string; model: string } {
  return is_other_model ? { provider: "", model: OTHER_MODEL } : { provider: provider ?? "", model: model ?? "" };
}

const CHANGES = `changes as materialized (
  select * from jsonb_to_recordset($2::jsonb) as c(agent_id uuid, provider text, model text, occurred_at timestamptz,
    run_id uuid, task_id uuid, cost numeric, list numeric, unpriced bigint, partial bigint)
)`;
const SUMMED = "sum(c.cost) as cost, sum(c.list) as list, sum(c.unpriced) as unpriced, sum(c.partial) as partial";

/** Rows are locked in the order of batches, then changed. */
const USAGE = `
with ${CHANGES}, summed as materialized (
  select date_trunc('day', c.occurred_at, 'UTC') as at, c.agent_id, c.provider, c.model, ${SUMMED}
  from changes c group by 1, 2, 3, 4
), held as materialized (
  select u.at from obs_usage u join summed s on s.at = u.at and s.agent_id = u.agent_id
    and s.provider = u.provider and s.model = u.model
  where u.workspace_id = $1 and u.grain = 'day' order by u.at, u.agent_id, u.provider, u.model for no key update of u
)
update obs_usage u set cost_nanos = u.cost_nanos + s.cost, list_cost_nanos = u.list_cost_nanos + s.list,
  unpriced_calls = u.unpriced_calls + s.unpriced, partial_calls = u.partial_calls + s.partial
from summed s
where (select count(*) from held) >= 0 and u.workspace_id = $1 and u.grain = 'day' and s.at = u.at
  and s.agent_id = u.agent_id and s.provider = u.provider and s.model = u.model`;

/** Minutes that are forgotten get no row again. */
const COUNTERS = `
with ${CHANGES}, summed as materialized (
  select g.grain, c.agent_id, date_trunc(g.grain, c.occurred_at, 'UTC') as at, ${SUMMED}
  from changes c cross join (values ('minute'), ('day')) g(grain) group by 1, 2, 3
), held as materialized (
  select u.at from obs_counters u join summed s on s.grain = u.grain and s.agent_id = u.agent_id and s.at = u.at
  where u.workspace_id = $1 order by u.grain, u.agent_id, u.at for no key update of u
)
update obs_counters u set cost_nanos = u.cost_nanos + s.cost, list_cost_nanos = u.list_cost_nanos + s.list,
  unpriced_calls = u.unpriced_calls + s.unpriced
from summed s
where (select count(*) from held) >= 0 and u.workspace_id = $1 and s.grain = u.grain and s.agent_id = u.agent_id
  and s.at = u.at`;

const RUNS = `
with ${CHANGES}, summed as materialized (
  select c.run_id, ${SUMMED} from changes c where c.run_id is not null group by 1
), held as materialized (
  select r.run_id from obs_runs r join summed s on s.run_id = r.run_id
  where r.workspace_id = $1 order by r.run_id for no key update of r
)
update obs_runs r set cost_nanos = r.cost_nanos + s.cost, list_cost_nanos = r.list_cost_nanos + s.list,
  unpriced_calls = r.unpriced_calls + s.unpriced
from summed s where (select count(*) from held) >= 0 and r.workspace_id = $1 and r.run_id = s.run_id`;

const TASKS = `
with ${CHANGES}, summed as materialized (
  select p.above_id, p.depth, (c.occurred_at at time zone 'UTC')::date as day, ${SUMMED},
    coalesce(sum(c.cost) filter (where c.task_id = p.above_id), 0) as own_cost,
    coalesce(sum(c.list) filter (where c.task_id = p.above_id), 0) as own_list,
    coalesce(sum(c.unpriced) filter (where c.task_id = p.above_id), 0) as own_unpriced
  from changes c join jsonb_to_recordset($3::jsonb) as p(task_id uuid, above_id uuid, depth int) on p.task_id = c.task_id
  group by 1, 2, 3
), held as materialized (
  select t.task_id from obs_task_costs t join summed s on s.above_id = t.task_id and s.day = t.day
  where t.workspace_id = $1 order by s.depth desc, t.task_id, t.day for no key update of t
)
update obs_task_costs t set cost_nanos = t.cost_nanos + s.cost, list_cost_nanos = t.list_cost_nanos + s.list,
  unpriced_calls = t.unpriced_calls + s.unpriced, own_cost_nanos = t.own_cost_nanos + s.own_cost,
  own_list_cost_nanos = t.own_list_cost_nanos + s.own_list, own_unpriced_calls = t.own_unpriced_calls + s.own_unpriced
from summed s where (select count(*) from held) >= 0 and t.workspace_id = $1 and t.task_id = s.above_id and t.day = s.day`;

export async function addToUsage(tx: Tx, changes: readonly CostChange[]): Promise<void> {
  await tx.statement("obs.reprice-usage", USAGE, [tx.workspace, JSON.stringify(changes)]);
}

export async function addToCounters(tx: Tx, changes: readonly CostChange[]): Promise<void> {
  await tx.statement("obs.reprice-counters", COUNTERS, [tx.workspace, JSON.stringify(changes)]);
}

export async function addToRuns(tx: Tx, changes: readonly CostChange[]): Promise<void> {
  await tx.statement("obs.reprice-runs", RUNS, [tx.workspace, JSON.stringify(changes)]);
}

export async function addToTasks(tx: Tx, changes: readonly CostChange[], paths: readonly TaskPath[]): Promise<void> {
  await tx.statement("obs.reprice-tasks", TASKS, [tx.workspace, JSON.stringify(changes), JSON.stringify(paths)]);
}
