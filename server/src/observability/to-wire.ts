/** Events and runs as readers see them. */
import { usdFromNanos } from "../kernel/money.ts";
import { madeAtMs } from "../kernel/schema.ts";
import type { Fee, FeeRow } from "./fee-schema.ts";
import type { Override, Price } from "./price-schema.ts";
import type { Run, RunRow } from "./run-schema.ts";
import type { EventRow, ObsEvent } from "./schema.ts";

function numberOf(count: bigint | null): number | null {
  return count === null ? null : Number(count);
}

function usdOrNull(nanos: bigint | null): number | null {
  return nanos === null ? null : usdFromNanos(nanos);
}

export function toWire(row: EventRow): ObsEvent {
  return {
    id: row.id,
    agent_id: row.agent_id,
    event_type: row.event_type,
    status: row.status,
    source: row.source,
    run_id: row.run_id,
    task_id: row.task_id,
    provider: row.provider,
    model: row.model,
    tokens_in: numberOf(row.tokens_in),
    tokens_out: numberOf(row.tokens_out),
    tokens_cached: numberOf(row.tokens_cached),
    tokens_cache_write: numberOf(row.tokens_cache_write),
    tokens_cache_write_1h: numberOf(row.tokens_cache_write_1h),
    tokens_reasoning: numberOf(row.tokens_reasoning),
    web_searches: row.web_searches,
    service_tier: row.service_tier,
    billing_mode: row.billing_mode,
    cost_usd: usdOrNull(row.cost_nanos),
    list_cost_usd: usdOrNull(row.list_cost_nanos),
    cost_source: row.cost_source,
    price_source: row.price_source,
    unpriced_classes: row.unpriced_classes ?? [],
    latency_ms: row.latency_ms,
    payload: row.payload,
    occurred_at: row.occurred_at,
    created_at: new Date(madeAtMs(row.id)).toISOString(),
  };
}

/** A run that sends nothing for this time may hang. */
const SILENT_MS = 5 * 60_000;

export function runToWire(row: RunRow, now: Date): Run {
  return {
    run_id: row.run_id,
    agent_id: row.agent_id,
    task_id: row.task_id,
    model: row.model,
    status: row.status,
    is_silent: row.status === "running" && now.getTime() - Date.parse(row.last_event_at) >= SILENT_MS,
    error_message: row.error_message,
    metadata: row.metadata,
    started_at: row.started_at,
    finished_at: row.finished_at,
    last_event_at: row.last_event_at,
    total_events: Number(row.events),
    total_errors: Number(row.errors),
    total_llm_calls: Number(row.llm_calls),
    total_tool_calls: Number(row.tool_calls),
    total_tokens_in: Number(row.tokens_in),
    total_tokens_out: Number(row.tokens_out),
    total_cost_usd: usdFromNanos(BigInt(row.cost_nanos)),
    total_list_cost_usd: usdFromNanos(BigInt(row.list_cost_nanos)),
    unpriced_calls: Number(row.unpriced_calls),
    total_latency_ms: Number(row.latency_sum_ms),
  };
}

export function overrideToWire(override: Override): Price {
  return { ...override, prices: { ...override.prices }, hours: null, source: "override", is_override: true };
}

export function feeToWire({ id, name, agent_id, monthly_nanos, first_day, last_day }: FeeRow): Fee {
  return { id, name, agent_id, monthly_usd: usdFromNanos(monthly_nanos), first_day, last_day };
}
