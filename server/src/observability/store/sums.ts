/** The sums that the events of an hour, a day or a run add to. `f` is an event. */

/** The name under which the events of further models count, once an agent used many models on a day. */
export const OTHER_MODEL = "other";

/** The sums of the events of a group, by column. */
export const USED = {
  events: "count(*)",
  errors: "count(*) filter (where f.status = 'error')",
  llm_calls: "count(*) filter (where f.event_type = 'llm_call')",
  tool_calls: "count(*) filter (where f.event_type = 'tool_call')",
  // A failing call has an event of the call and one of the result. Only the result counts.
  tool_errors: "count(*) filter (where f.event_type = 'tool_result' and f.status = 'error')",
  runs: "count(*) filter (where f.event_type = 'run_finished')",
  runs_successful: "count(*) filter (where f.event_type = 'run_finished' and f.status = 'success')",
  runs_failed: "count(*) filter (where f.event_type = 'run_finished' and f.status = 'error')",
  tokens_in: "coalesce(sum(f.tokens_in), 0)",
  tokens_out: "coalesce(sum(f.tokens_out), 0)",
  tokens_cached: "coalesce(sum(f.tokens_cached), 0)",
  tokens_cache_write: "coalesce(sum(f.tokens_cache_write), 0)",
  tokens_reasoning: "coalesce(sum(f.tokens_reasoning), 0)",
  cost_nanos: "coalesce(sum(f.cost_nanos), 0)",
  list_cost_nanos: "coalesce(sum(f.list_cost_nanos), 0)",
  // A call on an own machine is billed 0, with or without a list price of its model.
  unpriced_calls: "count(*) filter (where f.cost_source = 'unpriced' and f.billing_mode is distinct from 'local')",
  partial_calls: "count(*) filter (where f.cost_source = 'partial')",
  latency_calls: "count(*) filter (where f.event_type = 'llm_call' and f.latency_ms > 0)",
  latency_sum_ms: "coalesce(sum(f.latency_ms) filter (where f.event_type = 'llm_call' and f.latency_ms > 0), 0)",
} as const;
export type Sum = keyof typeof USED;
// `Object.keys` returns the names as text.
export const SUMS = Object.keys(USED) as Sum[];

/** The sums of an agent's events of all models. A cap reads them, so each of them costs every batch time. */
export const COUNTED = [
  "events",
  "errors",
  "llm_calls",
  "runs",
  "runs_successful",
  "runs_failed",
  "tokens_in",
  "tokens_out",
  "tokens_cached",
  "cost_nanos",
  "list_cost_nanos",
  "unpriced_calls",
] as const satisfies readonly Sum[];
