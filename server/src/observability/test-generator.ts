/** Random events with costs from prices that are written here, and their sums as a plain loop computes them. */
import { randomUUID } from "node:crypto";
import { dice } from "../../test/harness/dice.ts";

export interface World {
  agents: readonly string[];
  /** Each task with the tasks above it, the root last. */
  tasks: readonly { id: string; above: readonly string[] }[];
  runs: readonly { id: string; agent: string }[];
  nowMs: number;
}

/** Nano-dollars for a token: 5 US dollars for a million tokens are 5,000. */
const PRICES = {
  "anthropic/claude-opus-4-5": { input: 5_000, output: 25_000, read: 500, write: 6_250, write1h: 10_000 },
  "openai/gpt-4o": { input: 2_500, output: 10_000, read: 1_250, write: 2_500, write1h: 2_500 },
} as const;
type Model = keyof typeof PRICES | "nobody/unheard-of";
const MODELS: readonly Model[] = ["anthropic/claude-opus-4-5", "openai/gpt-4o", "nobody/unheard-of"];
const OTHERS = ["tool_call", "tool_result", "error", "metric", "heartbeat", "run_finished"] as const;
const DAYS = 5;

/** An event as it is sent, with what must be counted for it. */
export interface Known {
  sent: Record<string, unknown>;
  day: string;
  agent: string;
  model: string;
  provider: string;
  task: World["tasks"][number] | undefined;
  run: string | undefined;
  tokensIn: number;
  tokensOut: number;
  /** Undefined when it is unknown. */
  nanos: bigint | undefined;
  listNanos: bigint | undefined;
  isUnpriced: boolean;
}

type Dice = ReturnType<typeof dice>;

export function generate(count: number, world: World, seed: number): Known[] {
  const random = dice(seed);
  return Array.from({ length: count }, () => (random.chance(0.6) ? aCall(random, world) : another(random, world)));
}

function base(random: Dice, world: World) {
  const run = random.chance(0.2) ? random.sure(world.runs) : undefined;
  const agent = run?.agent ?? random.sure(world.agents);
  const task = random.chance(0.7) && !run ? random.sure(world.tasks) : undefined;
  const occurred_at = new Date(world.nowMs - random.upTo(DAYS * 86_400_000)).toISOString();
  const common = {
    agent_id: agent,
    occurred_at,
    dedupe_key: randomUUID(),
    ...(task && { task_id: task.id }),
    ...(run && { run_id: run.id }),
  };
  return { common, day: occurred_at.slice(0, 10), agent, task, run: run?.id };
}

function aCall(random: Dice, world: World): Known {
  const { common, ...place } = base(random, world);
  const name = random.sure(MODELS);
  const [provider = "", model = ""] = name.split("/");
  const input = random.upTo(50_000);
  const [read, write] = [random.upTo(input + 1), random.upTo(1_000)];
  const [write1h, output] = [random.upTo(write + 1), random.upTo(8_000)];
  const tokensIn = input + read + write;
  const sent: Record<string, unknown> = {
    ...common,
    event_type: "llm_call",
    status: random.chance(0.1) ? "error" : "success",
    provider,
    model,
    tokens_in: tokensIn,
    tokens_out: output,
    tokens_cached: read,
    tokens_cache_write: write,
    tokens_cache_write_1h: write1h,
    tokens_reasoning: random.upTo(output + 1),
    latency_ms: random.upTo(3_000),
  };
  const prices = name === "nobody/unheard-of" ? undefined : PRICES[name];
  const listed =
    prices &&
    BigInt(input * prices.input + read * prices.read + (write - write1h) * prices.write) +
      BigInt(write1h * prices.write1h + output * prices.output);
  const cost = { ...place, sent, provider, model, tokensIn, tokensOut: output };
  if (random.chance(0.3)) {
    const nanos = 1 + random.upTo(1_000_000_000);
    sent.cost_usd = nanos / 1_000_000_000;
    return { ...cost, nanos: BigInt(nanos), listNanos: BigInt(nanos), isUnpriced: false };
  }
  if (random.chance(0.2)) {
    sent.billing_mode = "subscription";
    return { ...cost, nanos: 0n, listNanos: listed, isUnpriced: listed === undefined };
  }
  return { ...cost, nanos: listed, listNanos: listed, isUnpriced: listed === undefined };
}

function another(random: Dice, world: World): Known {
  const { common, ...place } = base(random, world);
  const event_type = random.sure(OTHERS);
  // A run ends once, and of several ends at once any may win.
  const { run_id, ...outside } = common;
  const isEnd = event_type === "run_finished";
  if (isEnd) place.run = undefined;
  const sent = { ...(isEnd ? outside : common), event_type, status: random.sure(["success", "error", "info"]) };
  const nothing = { tokensIn: 0, tokensOut: 0, nanos: undefined, listNanos: undefined, isUnpriced: false };
  return { ...place, ...nothing, sent, model: "", provider: "" };
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

const usd = (nanos: bigint) => Number(nanos) / 1_000_000_000;
const isType = (type: string, status?: string) => (event: Known) =>
  event.sent.event_type === type && (status === undefined || event.sent.status === status);

/** The sums of the events as a reader of costs sees them. */
export function costsOf(events: readonly Known[]) {
  return {
    cost_usd: usd(events.reduce((sum, { nanos = 0n }) => sum + nanos, 0n)),
    list_cost_usd: usd(events.reduce((sum, { listNanos = 0n }) => sum + listNanos, 0n)),
    tokens_in: events.reduce((sum, { tokensIn }) => sum + tokensIn, 0),
    tokens_out: events.reduce((sum, { tokensOut }) => sum + tokensOut, 0),
    calls: events.filter(isType("llm_call")).length,
    unpriced_calls: events.filter(({ isUnpriced }) => isUnpriced).length,
  };
}

const sumOf = (events: readonly Known[], field: string) =>
  events.reduce((sum, { sent }) => sum + Number(sent[field] ?? 0), 0);

/** The smallest latency that is not below this share of the calls. */
function percentile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.ceil((sorted.length * share) / 100) - 1] ?? null;
}

/** The sums of an agent on a day, as a reader of metrics sees them. */
export function agentDayOf(date: string, agent_id: string, events: readonly Known[]) {
  const costs = costsOf(events);
  const latencies = events.filter(isType("llm_call")).flatMap(({ sent }) => Number(sent.latency_ms) || []);
  latencies.sort((one, other) => one - other);
  const runs = events.filter(isType("run_finished"));
  const [good, failed] = [runs.filter(isType("run_finished", "success")), runs.filter(isType("run_finished", "error"))];
  const share = (part: number) => (runs.length === 0 ? 0 : Math.round((part / runs.length) * 10_000) / 10_000);
  const calls = groupBy(events.filter(isType("llm_call")), ({ model }) => model);
  const beats = events.filter(isType("heartbeat")).map(({ sent }) => String(sent.occurred_at));
  return {
    date,
    agent_id,
    total_runs: runs.length,
    successful_runs: good.length,
    failed_runs: failed.length,
    total_events: events.length,
    total_errors: events.filter(({ sent }) => sent.status === "error").length,
    total_llm_calls: costs.calls,
    total_tokens_in: costs.tokens_in,
    total_tokens_out: costs.tokens_out,
    total_tokens_cached: sumOf(events, "tokens_cached"),
    total_tokens_cache_write: sumOf(events, "tokens_cache_write"),
    total_tokens_reasoning: sumOf(events, "tokens_reasoning"),
    total_cost_usd: costs.cost_usd,
    total_list_cost_usd: costs.list_cost_usd,
    unpriced_calls: costs.unpriced_calls,
    partial_calls: 0,
    total_tool_calls: events.filter(isType("tool_call")).length,
    tool_errors: events.filter(isType("tool_result", "error")).length,
    latency_p50_ms: percentile(latencies, 50),
    latency_p95_ms: percentile(latencies, 95),
    latency_avg_ms: latencies.length === 0 ? null : Math.round(latencies.reduce((a, b) => a + b, 0) / latencies.length),
    models_used: Object.fromEntries([...calls].map(([model, { length }]) => [model, length])),
    last_heartbeat_at: beats.sort().at(-1) ?? null,
    success_rate: share(good.length),
    error_rate: share(failed.length),
  };
}
