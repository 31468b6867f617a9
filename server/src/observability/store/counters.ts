/** Reads the sums of agents in minutes and days, for all models together. */
import { type Rows, rowsOf } from "../../kernel/db/capped-rows.ts";
import type { ReadTx } from "../../kernel/db/tx.ts";
import type { COUNTED } from "./sums.ts";
import type { Range } from "./usage.ts";

export interface CounterDay extends Record<(typeof COUNTED)[number], string | bigint> {
  agent_id: string;
  date: string;
}

const START = (day: string) => `${day}::date::timestamp at time zone 'UTC'`;

const DAYS = `
select agent_id, to_char(at at time zone 'UTC', 'YYYY-MM-DD') as date, runs, runs_successful, cost_nanos, unpriced_calls
from obs_counters
where workspace_id = $1 and grain = 'day' and agent_id = any($2::uuid[]) and at >= ${START("$3")} and at <= ${START("$4")}
order by agent_id, at`;

export type HealthSums = Pick<
  CounterDay,
  "agent_id" | "date" | "runs" | "runs_successful" | "cost_nanos" | "unpriced_calls"
>;

/** The oldest day of each agent first. */
export async function listDaySums(tx: ReadTx, agents: readonly string[], { from, to }: Range): Promise<HealthSums[]> {
  return tx.statement("obs.day-sums", DAYS, [tx.workspace, [...agents], from, to]);
}

export interface Burst {
  agent_id: string;
  date: string;
  errors: string | bigint;
}

/** Each window begins `$5` minutes before its last minute, also across midnight. */
const BURSTS = `
select w.agent_id, to_char(w.at at time zone 'UTC', 'YYYY-MM-DD') as date, max(w.errors) as errors
from (select agent_id, at, sum(errors) over (partition by agent_id order by at
    range between make_interval(mins => $5::int) preceding and current row) as errors
  from obs_counters
  where workspace_id = $1 and grain = 'minute' and agent_id = any($2::uuid[]) and errors > 0
    and at >= ${START("$3")} - make_interval(mins => $5::int) and at < ${START("($4::date + 1)")}) w
where w.at >= ${START("$3")}
group by 1, 2`;

/** The most errors in windows of these minutes that end on a day. A day without an error is left out. */
export async function listBursts(
  tx: ReadTx,
  agents: readonly string[],
  { from, to, minutes }: Range & { minutes: number },
): Promise<Burst[]> {
  return tx.statement("obs.bursts", BURSTS, [tx.workspace, [...agents], from, to, minutes - 1]);
}

const RECENT = `
select agent_id, sum(errors) as errors from obs_counters
where workspace_id = $1 and grain = 'minute' and agent_id = any($2::uuid[])
  and at > date_trunc('minute', bailiwick_now(), 'UTC') - make_interval(mins => $3::int)
group by agent_id`;

/** The errors of each agent in the present minute and the minutes before, without the agents that sent nothing. */
export async function listRecentErrors(
  tx: ReadTx,
  agents: readonly string[],
  minutes: number,
): Promise<{ agent_id: string; errors: string | bigint }[]> {
  return tx.statement("obs.recent-errors", RECENT, [tx.workspace, [...agents], minutes]);
}

const ACTIVE = `
select distinct agent_id from obs_counters
where workspace_id = $1 and grain = 'day' and at >= ${START("$2")} and ($3::uuid is null or agent_id > $3::uuid)
order by agent_id`;

/** The agents with an event on this day or later, by id. */
export function activeAgents(tx: ReadTx, from: string, after: string | undefined): Rows<{ agent_id: string }> {
  return rowsOf("obs.active-agents", ACTIVE, [tx.workspace, from, after ?? null]);
}

const COUNT = `select count(distinct agent_id)::int as agents from obs_counters
where workspace_id = $1 and grain = 'day' and at >= date_trunc('day', bailiwick_now(), 'UTC') - interval '1 day'
  and last_event_at > bailiwick_now() - interval '24 hours'`;

/** The agents with an event in the last 24 hours. */
export async function countActive(tx: ReadTx): Promise<number> {
  const [row] = await tx.statement<{ agents: number }>("obs.active", COUNT, [tx.workspace]);
  return row?.agents ?? 0;
}
