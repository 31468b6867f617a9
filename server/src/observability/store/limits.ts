/** Reads the sums that limits need. */
import type { ReadTx } from "../../kernel/db/tx.ts";
import { firstEventId } from "../event-ids.ts";

export interface WindowSums {
  runs: bigint;
  runs_failed: bigint;
  /** Without those that a cache read. */
  tokens: bigint;
}

const WINDOW = `select coalesce(sum(runs), 0)::text as runs, coalesce(sum(runs_failed), 0)::text as runs_failed,
  coalesce(sum(tokens_in::numeric - tokens_cached + tokens_out), 0)::text as tokens
from obs_counters
where workspace_id = $1 and grain = 'minute' and ($2::uuid is null or agent_id = $2)
  and at > date_trunc('minute', bailiwick_now(), 'UTC') - make_interval(mins => $3::int)`;

/** Sums the present minute and the minutes before, of an agent or of all (null). */
export async function sumsSince(tx: ReadTx, agentId: string | null, minutes: number): Promise<WindowSums> {
  const values = [tx.workspace, agentId, minutes];
  const [row] = await tx.statement<Record<keyof WindowSums, string>>("obs.window-sums", WINDOW, values);
  const sum = (name: keyof WindowSums) => BigInt(row?.[name] ?? 0);
  return { runs: sum("runs"), runs_failed: sum("runs_failed"), tokens: sum("tokens") };
}

const HIGHEST = `select coalesce(max(cost), 0)::text as nanos from (
  select sum(cost_nanos) as cost from obs_counters
  where workspace_id = $1 and grain = 'day' and at > date_trunc('day', bailiwick_now(), 'UTC') - make_interval(days => $2::int)
  group by at) days`;

/** Returns the billed cost of the most expensive of the last days (UTC), in nano-dollars. */
export async function highestDay(tx: ReadTx, days: number): Promise<bigint> {
  const [row] = await tx.statement<{ nanos: string }>("obs.highest-day", HIGHEST, [tx.workspace, days]);
  return BigInt(row?.nanos ?? 0);
}

const TODAY = `select coalesce(sum(cost_nanos), 0)::text as billed, coalesce(sum(list_cost_nanos), 0)::text as list,
  count(*) filter (where cost_source = 'unpriced' and billing_mode <> 'local') as unpriced
from obs_events where workspace_id = $1 and id >= $2::uuid and ($3::uuid is null or agent_id = $3)`;

/** Sums the events that arrived since midnight UTC, of an agent or of all (null), in nano-dollars. */
export async function spentToday(
  tx: ReadTx,
  agentId: string | null,
  now: Date,
): Promise<{ billed: string; list: string; unpriced: bigint }> {
  const midnight = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate());
  const values = [tx.workspace, firstEventId(midnight), agentId];
  const [row] = await tx.statement<{ billed: string; list: string; unpriced: bigint }>("obs.today", TODAY, values);
  return row ?? { billed: "0", list: "0", unpriced: 0n };
}
