/** Recent sums of each agent, for alerts. */
import type { ReadTx } from "../../kernel/db/tx.ts";

const COSTS = `select agent_id, cost_nanos::text as cost_nanos from obs_counters
where workspace_id = $1 and grain = 'day' and at = $2::timestamptz`;

/** Returns the billed costs since midnight UTC. */
export async function costsOfToday(tx: ReadTx, now: Date): Promise<{ agent_id: string; cost_nanos: bigint }[]> {
  const midnight = `${now.toISOString().slice(0, 10)}T00:00:00Z`;
  const rows = await tx.statement<{ agent_id: string; cost_nanos: string }>("obs.costs-today", COSTS, [
    tx.workspace,
    midnight,
  ]);
  return rows.map(({ agent_id, cost_nanos }) => ({ agent_id, cost_nanos: BigInt(cost_nanos) }));
}

export interface SumsSince {
  llm_calls: string | bigint;
  cost_nanos: string | bigint;
  list_cost_nanos: string | bigint;
  unpriced_calls: string | bigint;
}

/** The minutes of the first day, and the whole days after it. A midnight begins with its day. */
const SINCE = `select coalesce(sum(llm_calls), 0) as llm_calls, coalesce(sum(cost_nanos), 0) as cost_nanos,
  coalesce(sum(list_cost_nanos), 0) as list_cost_nanos, coalesce(sum(unpriced_calls), 0) as unpriced_calls
from obs_counters
where workspace_id = $1 and (
  (grain = 'minute' and at >= date_trunc('minute', $2::timestamptz, 'UTC') and at < $3::timestamptz)
  or (grain = 'day' and at >= $3::timestamptz))`;

const DAY_MS = 86_400_000;

export async function sumsSinceMinute(tx: ReadTx, from: Date): Promise<SumsSince> {
  const midnight = new Date(Math.ceil(from.getTime() / DAY_MS) * DAY_MS);
  const values = [tx.workspace, from.toISOString(), midnight.toISOString()];
  const [row] = await tx.statement<SumsSince>("obs.sums-since", SINCE, values);
  if (!row) throw new Error("A sum has one row.");
  return row;
}

export interface EndedRuns {
  agent_id: string;
  ended: number;
  failed: number;
}

const RUNS = `select agent_id, sum(runs)::int as ended, sum(runs_failed)::int as failed from obs_counters
where workspace_id = $1 and grain = 'minute' and at >= date_trunc('minute', $2::timestamptz, 'UTC')
group by agent_id having sum(runs) > 0`;

/** Returns the runs that ended since the minute of a time. Minutes without an error are kept for two days. */
export async function runsSince(tx: ReadTx, since: Date): Promise<EndedRuns[]> {
  return tx.statement<EndedRuns>("obs.runs-since", RUNS, [tx.workspace, since]);
}

/** An agent without a heartbeat for this time counts as one that never sent any. */
const HEARTBEATS = `select a.agent_id, b.last_heartbeat_at from unnest($2::uuid[]) as a(agent_id) cross join lateral (
  select u.last_heartbeat_at from obs_usage u
  where u.workspace_id = $1 and u.agent_id = a.agent_id and u.grain = 'day' and u.last_heartbeat_at is not null
    and u.at > bailiwick_now() - interval '35 days'
  order by u.at desc, u.last_heartbeat_at desc limit 1) b`;

export async function heartbeatsOf(
  tx: ReadTx,
  agentIds: readonly string[],
): Promise<{ agent_id: string; last_heartbeat_at: string }[]> {
  if (agentIds.length === 0) return [];
  return tx.statement("obs.heartbeats", HEARTBEATS, [tx.workspace, [...agentIds]]);
}
