/** Reads of sums, as readers see them. */
import type { ReadTx } from "../kernel/db/tx.ts";
import { usdFromNanos } from "../kernel/money.ts";
import { invalid } from "../kernel/problem.ts";
import type { AgentDay, Totals } from "./metrics-schema.ts";
import {
  type AgentDayRow,
  type CostSums,
  type Percentiles,
  percentilesOf,
  type Range,
  type Totals as TotalsRow,
} from "./store/usage.ts";

const DAY_MS = 86_400_000;
const RANGE_DAYS_MAX = 400;

export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

export function daysBefore(time: Date, days: number): string {
  return dayOf(new Date(time.getTime() - days * DAY_MS));
}

/** A range of days that ends today, unless the reader says otherwise. */
export function rangeOf({ now }: ReadTx, given: Partial<Range>, days: number): Range {
  const to = given.to ?? dayOf(now);
  const from = given.from ?? daysBefore(new Date(to), days - 1);
  if (from > to) throw invalid("/from", "is after to.");
  if (Date.parse(to) - Date.parse(from) >= RANGE_DAYS_MAX * DAY_MS)
    throw invalid("/from", `is more than ${RANGE_DAYS_MAX} days before to.`);
  return { from, to };
}

export function usdOf(nanos: string | bigint): number {
  return usdFromNanos(BigInt(nanos));
}

/** A cost of 0 with calls of unknown cost is unknown. */
export function knownUsd(cost: string | bigint, list: string | bigint, unpricedCalls: string | bigint): number | null {
  return BigInt(cost) > 0n || BigInt(list) > 0n || BigInt(unpricedCalls) === 0n ? usdOf(cost) : null;
}

/** The amounts and counts of a sum. */
export function costsOf(row: Omit<CostSums, "key">) {
  return {
    cost_usd: usdOf(row.cost_nanos),
    list_cost_usd: usdOf(row.list_cost_nanos),
    tokens_in: Number(row.tokens_in),
    tokens_out: Number(row.tokens_out),
    calls: Number(row.calls),
    unpriced_calls: Number(row.unpriced_calls),
  };
}

/** Reads the percentiles of these days and adds them. */
export async function withPercentiles(tx: ReadTx, rows: readonly AgentDayRow[]): Promise<AgentDay[]> {
  const found = await percentilesOf(tx, rows);
  const byDay = new Map(found.map((one) => [`${one.date} ${one.agent_id}`, one]));
  return rows.map((row) => agentDay(row, byDay.get(`${row.date} ${row.agent_id}`)));
}

function agentDay(row: AgentDayRow, percentiles: Percentiles | undefined): AgentDay {
  const [runs, calls] = [Number(row.runs), Number(row.latency_calls)];
  return {
    date: row.date,
    agent_id: row.agent_id,
    total_runs: runs,
    successful_runs: Number(row.runs_successful),
    failed_runs: Number(row.runs_failed),
    total_events: Number(row.events),
    total_errors: Number(row.errors),
    total_llm_calls: Number(row.llm_calls),
    total_tokens_in: Number(row.tokens_in),
    total_tokens_out: Number(row.tokens_out),
    total_tokens_cached: Number(row.tokens_cached),
    total_tokens_cache_write: Number(row.tokens_cache_write),
    total_tokens_reasoning: Number(row.tokens_reasoning),
    total_cost_usd: usdOf(row.cost_nanos),
    total_list_cost_usd: usdOf(row.list_cost_nanos),
    unpriced_calls: Number(row.unpriced_calls),
    partial_calls: Number(row.partial_calls),
    total_tool_calls: Number(row.tool_calls),
    tool_errors: Number(row.tool_errors),
    latency_p50_ms: percentiles?.p50 ?? null,
    latency_p95_ms: percentiles?.p95 ?? null,
    latency_avg_ms: calls === 0 ? null : Math.round(Number(row.latency_sum_ms) / calls),
    models_used: modelsOf(row),
    last_heartbeat_at: row.last_heartbeat_at,
    success_rate: rate(Number(row.runs_successful), runs),
    error_rate: rate(Number(row.runs_failed), runs),
  };
}

function modelsOf({ models }: AgentDayRow): Record<string, number> {
  const calls = new Map<string, number>();
  for (const [model, count] of models) calls.set(model || "unknown", (calls.get(model || "unknown") ?? 0) + count);
  return Object.fromEntries(calls);
}

/** Four decimals. */
function rate(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 10_000) / 10_000;
}

export function totalsToWire(row: TotalsRow, fees: bigint): Totals {
  return {
    total_events: Number(row.events),
    errors: Number(row.errors),
    llm_calls: Number(row.llm_calls),
    tool_calls: Number(row.tool_calls),
    total_runs: Number(row.runs),
    failed_runs: Number(row.runs_failed),
    tokens_in: Number(row.tokens_in),
    tokens_out: Number(row.tokens_out),
    cost_usd: usdOf(row.cost_nanos),
    list_cost_usd: usdOf(row.list_cost_nanos),
    unpriced_calls: Number(row.unpriced_calls),
    partial_calls: Number(row.partial_calls),
    fees_usd: usdOf(fees),
  };
}
