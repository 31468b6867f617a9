/** Reads the sums that each batch of events keeps. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import { SUMS, type Sum } from "./sums.ts";

/** Sums of integers of PostgreSQL are texts or large integers, which `BigInt` both reads. */
type Amount = string | bigint;
export type Totals = Record<Sum, Amount>;

export interface AgentDayRow extends Totals {
  date: string;
  agent_id: string;
  last_heartbeat_at: string | null;
  /** Each model with its calls; one model may be there for several providers. */
  models: [string, number][];
}

const summed = SUMS.map((name) => `coalesce(sum(u.${name}), 0) as ${name}`).join(", ");

/** A sender may invent names of models, so a row has only those with the most calls. */
const MODELS_MAX = 50;

const DATE = "to_char(u.at at time zone 'UTC', 'YYYY-MM-DD')";

const AGENT_DAYS = `
select ${DATE} as date, u.agent_id, ${summed}, max(u.last_heartbeat_at) as last_heartbeat_at,
  coalesce(to_jsonb((array_agg(jsonb_build_array(u.model, u.llm_calls) order by u.llm_calls desc, u.model)
    filter (where u.llm_calls > 0))[1:${MODELS_MAX}]), '[]') as models
from obs_usage u
where u.workspace_id = $1 and u.grain = 'day' and u.at >= $2::date::timestamp at time zone 'UTC'
  and u.at <= $3::date::timestamp at time zone 'UTC'`;

export interface Range {
  from: string;
  to: string;
}

/** The newest day first. */
export function agentDays(tx: ReadTx, { from, to }: Range, after: readonly string[] = []): Rows<AgentDayRow> {
  const [day = null, agent = null]: readonly (string | null)[] = after;
  const rest = "and ($4::date is null or (u.at, u.agent_id) < ($4::date::timestamp at time zone 'UTC', $5::uuid))";
  const text = `${AGENT_DAYS} ${rest} group by u.at, u.agent_id order by u.at desc, u.agent_id desc`;
  return rowsOf("obs.agent-days", text, [tx.workspace, from, to, day, agent]);
}

/** The oldest day first. */
export async function daysOfAgent(tx: ReadTx, agentId: string, { from, to }: Range): Promise<AgentDayRow[]> {
  const text = `${AGENT_DAYS} and u.agent_id = $4 group by u.at, u.agent_id order by u.at`;
  return tx.statement("obs.days-of-agent", text, [tx.workspace, from, to, agentId]);
}

export interface Percentiles {
  date: string;
  agent_id: string;
  p50: number | null;
  p95: number | null;
}

/**
 * Nearest rank: the smallest latency that is not below this share of the calls. `place` is the number of calls that are not
 * slower.
 */
const PERCENTILES = `
select to_char(k.day, 'YYYY-MM-DD') as date, k.agent_id, p.p50, p.p95
from unnest($2::date[], $3::uuid[]) as k(day, agent_id) cross join lateral (
  select min(c.ms) filter (where c.place * 100 >= c.calls * 50) as p50,
    min(c.ms) filter (where c.place * 100 >= c.calls * 95) as p95
  from (select v.ms, sum(sum(coalesce(v.calls, 1))) over (order by v.ms) as place,
      sum(sum(coalesce(v.calls, 1))) over () as calls
    from obs_latencies l cross join lateral unnest(l.latencies_ms, l.counts) as v(ms, calls)
    where l.workspace_id = $1 and l.agent_id = k.agent_id and l.day = k.day group by v.ms) c) p`;

export async function percentilesOf(
  tx: ReadTx,
  days: readonly Pick<AgentDayRow, "date" | "agent_id">[],
): Promise<Percentiles[]> {
  if (days.length === 0) return [];
  const values = [tx.workspace, days.map(({ date }) => date), days.map(({ agent_id }) => agent_id)];
  return tx.statement("obs.percentiles", PERCENTILES, values);
}

const TOTALS = `select ${summed} from obs_usage u
where u.workspace_id = $1 and u.grain = 'day' and u.at >= $2::date::timestamp at time zone 'UTC'
  and u.at <= $3::date::timestamp at time zone 'UTC'`;

export async function totalsOf(tx: ReadTx, { from, to }: Range): Promise<Totals> {
  const [row] = await tx.statement<Totals>("obs.totals", TOTALS, [tx.workspace, from, to]);
  if (!row) throw new Error("A sum has one row.");
  return row;
}

export interface CostSums {
  key: string;
  cost_nanos: Amount;
  list_cost_nanos: Amount;
  tokens_in: Amount;
  tokens_out: Amount;
  calls: Amount;
  unpriced_calls: Amount;
  /** Of tasks alone. */
  own_cost_nanos?: Amount;
}

const COSTS = `coalesce(sum(u.cost_nanos), 0) as cost_nanos, coalesce(sum(u.list_cost_nanos), 0) as list_cost_nanos,
  coalesce(sum(u.tokens_in), 0) as tokens_in, coalesce(sum(u.tokens_out), 0) as tokens_out`;
/** `$2` and `$3` are the first and the last day. */
export const DAILY_USAGE = `u.workspace_id = $1 and u.grain = 'day' and u.at >= $2::date::timestamp at time zone 'UTC'
  and u.at <= $3::date::timestamp at time zone 'UTC'`;
const OF_USAGE = `${COSTS}, coalesce(sum(u.llm_calls), 0) as calls, coalesce(sum(u.unpriced_calls), 0) as unpriced_calls
from obs_usage u where ${DAILY_USAGE}`;
const OF_TASKS = `${COSTS}, coalesce(sum(u.calls), 0) as calls, coalesce(sum(u.unpriced_calls), 0) as unpriced_calls,
  coalesce(sum(u.own_cost_nanos), 0) as own_cost_nanos
from obs_task_costs u where u.workspace_id = $1 and u.day >= $2::date and u.day <= $3::date`;
const USED =
  "having sum(u.llm_calls) > 0 or sum(u.cost_nanos) > 0 or sum(u.list_cost_nanos) > 0 or sum(u.unpriced_calls) > 0";
const DEAREST = "order by sum(u.cost_nanos) desc, sum(u.list_cost_nanos) desc, 1 limit $4";

/** The statement of each way to group costs. */
const GROUPS = {
  agent: `select u.agent_id::text as key, ${OF_USAGE} group by u.agent_id ${USED} ${DEAREST}`,
  model: `select concat_ws('/', nullif(u.provider, ''), nullif(u.model, '')) as key, ${OF_USAGE}
group by u.provider, u.model ${USED} ${DEAREST}`,
  day: `select ${DATE} as key, ${OF_USAGE} group by u.at ${USED} order by u.at limit $4`,
  task: `select u.task_id::text as key, ${OF_TASKS} group by u.task_id ${DEAREST}`,
  tree: `select u.task_id::text as key, ${OF_TASKS} and u.is_root group by u.task_id ${DEAREST}`,
} as const;

export async function costsBy(
  tx: ReadTx,
  group: keyof typeof GROUPS,
  { from, to, limit }: Range & { limit: number },
): Promise<CostSums[]> {
  return tx.statement(`obs.costs-by-${group}`, GROUPS[group], [tx.workspace, from, to, limit]);
}
