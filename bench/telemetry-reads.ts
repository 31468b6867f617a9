/** Measures the reads of telemetry with few events and with many events of the same agents, models, tasks and days. */
import { getOverview } from "../server/src/observability/operations/get-overview.ts";
import { listAgentMetrics } from "../server/src/observability/operations/list-agent-metrics.ts";
import { listEvents } from "../server/src/observability/operations/list-events.ts";
import { listHealth } from "../server/src/observability/operations/list-health.ts";
import { summarizeCosts } from "../server/src/observability/operations/summarize-costs.ts";
import type { Cluster } from "./cluster.ts";
import { figure, print, ratios, say } from "./figures.ts";
import { CALLS, FEW_EVENTS, MANY_EVENTS, ROUNDS } from "./settings.ts";
import { createWorld, requestInfo, type World } from "./world.ts";

const DAYS = 30;
const TASKS = 50;
const AGENTS = 10;
/** The events of one statement. */
const CHUNK = 200_000;

/** `$3` is the number of the first event. Each event has its own millisecond of its day. */
const EVENTS = `
insert into obs_events (workspace_id, id, occurred_at, agent_id, task_id, event_type, status, provider, model, tokens_in,
  tokens_out, tokens_cached, billing_mode, cost_nanos, list_cost_nanos, cost_source, latency_ms, payload, source)
select $1::uuid, (lpad(to_hex((extract(epoch from e.at) * 1000)::bigint), 12, '0') || '7' || substr(e.hash, 1, 3) || '8'
    || substr(e.hash, 4, 15))::uuid, e.at, ($2::uuid[])[1 + e.n % ${AGENTS}], ($5::uuid[])[1 + e.n % ${TASKS}], 'llm_call',
  case when e.n % 50 = 0 then 'error' else 'success' end, 'anthropic', 'model ' || e.n % 5, 1000, 200, 500, 'metered',
  8000000, 8000000, 'derived', 200 + (e.n * 7919) % 4000, '{"session": "a session of an agent"}', 'api'
from (select n, md5(n::text || $1) as hash, date_trunc('day', bailiwick_now(), 'UTC') - make_interval(days => n % ${DAYS})
    + make_interval(secs => (n / ${DAYS}) % 80000) as at from generate_series($3::int, $4::int) n) e`;

const SUMS = `
insert into obs_usage
select workspace_id, 'day', date_trunc('day', occurred_at, 'UTC'), agent_id, provider, model, count(*),
  count(*) filter (where status = 'error'), count(*), 0, 0, 0, 0, 0, sum(tokens_in), sum(tokens_out), sum(tokens_cached), 0, 0,
  sum(cost_nanos), sum(list_cost_nanos), 0, 0, count(*), sum(latency_ms), max(occurred_at), null
from obs_events where workspace_id = $1 group by 1, 3, 4, 5, 6`;
const COUNTERS = `
insert into obs_counters
select workspace_id, 'day', at, agent_id, sum(events), sum(errors), sum(llm_calls), 0, 0, 0, sum(tokens_in), sum(tokens_out),
  sum(tokens_cached), sum(cost_nanos), sum(list_cost_nanos), 0, max(last_event_at)
from obs_usage where workspace_id = $1 group by 1, 3, 4`;
const LATENCIES = `
insert into obs_latencies (workspace_id, agent_id, day, event_id, latencies_ms)
select workspace_id, agent_id, (occurred_at at time zone 'UTC')::date, min(id::text)::uuid, array_agg(latency_ms)
from (select e.*, row_number() over (partition by agent_id, (occurred_at at time zone 'UTC')::date) / 1000 as batch
  from obs_events e where workspace_id = $1) e
group by 1, 2, 3, batch`;
const TASK_COSTS = `
insert into obs_task_costs
select workspace_id, task_id, (occurred_at at time zone 'UTC')::date, true, count(*), 0, sum(tokens_in), sum(tokens_out),
  sum(cost_nanos), sum(list_cost_nanos), count(*), 0, sum(tokens_in), sum(tokens_out), sum(cost_nanos), sum(list_cost_nanos)
from obs_events where workspace_id = $1 group by 1, 2, 3`;

async function filled(cluster: Cluster, events: number): Promise<World> {
  const world = await createWorld(cluster, AGENTS);
  const { admin } = cluster;
  const agents = world.workers.map(({ id }) => id);
  const { rows } = await admin.query("select gen_random_uuid() as id from generate_series(1, $1::int)", [TASKS]);
  const tasks = rows.map(({ id }) => id);
  say(`filling a workspace with ${events} events`);
  await admin.query(
    `select bailiwick_make_event_day((bailiwick_now() at time zone 'UTC')::date - n) from generate_series(0, ${DAYS}) n`,
  );
  for (let first = 1; first <= events; first += CHUNK)
    await admin.query(EVENTS, [world.workspace, agents, first, Math.min(events, first + CHUNK - 1), tasks]);
  for (const text of [SUMS, COUNTERS, LATENCIES, TASK_COSTS]) await admin.query(text, [world.workspace]);
  return world;
}

type Call = (world: World) => Promise<unknown>;
const read =
  (
    operation:
      | typeof getOverview
      | typeof summarizeCosts
      | typeof listHealth
      | typeof listEvents
      | typeof listAgentMetrics,
  ) =>
  (input: object): Call =>
  ({ app, owner }) =>
    app.dispatcher.dispatch(operation, owner, { input, request: requestInfo() });

/** The sums of these reads do not depend on the number of events. */
const SUMMED: Record<string, Call> = {
  overview: read(getOverview)({}),
  "costs by agent": read(summarizeCosts)({ group_by: "agent" }),
  "costs by model": read(summarizeCosts)({ group_by: "model" }),
  "costs by day": read(summarizeCosts)({ group_by: "day" }),
  "costs by task": read(summarizeCosts)({ group_by: "task" }),
};
const OTHERS: Record<string, Call> = {
  "health of the agents": read(listHealth)({}),
  "metrics of the agents": read(listAgentMetrics)({}),
  "newest events": read(listEvents)({}),
};

export async function measureTelemetryReads(cluster: Cluster): Promise<void> {
  const [few, many] = [await filled(cluster, FEW_EVENTS), await filled(cluster, MANY_EVENTS)];
  for (let merged = 20; merged === 20; ) {
    const { rows } = await cluster.admin.query<{ merged: number }>("select bailiwick_merge_latencies(20) as merged");
    merged = rows[0]?.merged ?? 0;
  }
  await cluster.admin.query("vacuum analyze obs_usage, obs_counters, obs_latencies, obs_task_costs");
  for (const [name, call] of Object.entries({ ...SUMMED, ...OTHERS })) {
    const times: { few: number[]; many: number[] } = { few: [], many: [] };
    for (let round = -1; round < Math.min(ROUNDS, 5); round++) {
      const [a, b] = [await msPerCall(few, call), await msPerCall(many, call)];
      if (round < 0) continue;
      times.few.push(a);
      times.many.push(b);
    }
    print(figure(`${name} at ${FEW_EVENTS} events`, "ms", times.few));
    print(figure(`${name} at ${MANY_EVENTS} events`, "ms", times.many));
    const target = name in SUMMED ? ({ is: "at most", value: 2 } as const) : undefined;
    print(figure(`${name}: many / few`, "ratio", ratios(times.many, times.few), target));
  }
}

/** Returns the average time of one call in a round. */
async function msPerCall(world: World, call: Call): Promise<number> {
  const start = performance.now();
  for (let number = 0; number < CALLS; number++) await call(world);
  return (performance.now() - start) / CALLS;
}
