/**
 * Every figure of every read equals the sum of a plain loop over the events, to the last nano-dollar.
 * `TELEMETRY_EVENTS=100000` makes the long run.
 */
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, type TestApp, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import type { Actor } from "../kernel/actor.ts";
import type { CostGroup } from "./metrics-schema.ts";
import { getAgentMetrics } from "./operations/get-agent-metrics.ts";
import { getOverview } from "./operations/get-overview.ts";
import { getRun } from "./operations/get-run.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listAgentMetrics } from "./operations/list-agent-metrics.ts";
import { listEvents } from "./operations/list-events.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";
import { agentDayOf, costsOf, generate, groupBy, type Known, type World } from "./test-generator.ts";

const EVENTS = Number(process.env.TELEMETRY_EVENTS || 3_000);
const BATCH = 500;

const app = useApp();
let second: TestApp;
let owner: Actor;
let world: World;
let events: Known[];

beforeAll(async () => {
  second = createSecondApp(app());
  ({ owner, world } = await aWorld(app()));
  events = generate(EVENTS, world, 13);
  await send(events);
}, 600_000);
afterAll(() => second.close());

async function aWorld(app: TestApp): Promise<{ owner: Actor; world: World }> {
  const workspace = await aWorkspace(app);
  const { owner } = workspace;
  const agents = [];
  for (const name of ["One", "Two", "Three"]) agents.push(await anAgent(app, workspace, { name }));
  const [worker = owner] = agents;
  const tasks: { id: string; above: string[] }[] = [];
  for (const parent of [-1, 0, 1, 0, -1, 4]) {
    const above = parent < 0 ? [] : [tasks[parent]?.id ?? "", ...(tasks[parent]?.above ?? [])];
    const { id } = await aTask(app, owner, worker, parent < 0 ? {} : { parent_task_id: above[0] ?? "" });
    tasks.push({ id, above });
  }
  const ids = agents.map(({ id }) => id);
  const runs = ids.map((agent) => ({ id: uuidv7(), agent }));
  return { owner, world: { agents: ids, tasks, runs, nowMs: Date.now() } };
}

/** Sends batches from two processes, four at a time; each batch repeats a part of the one before. */
async function send(events: readonly Known[]): Promise<void> {
  const batches = times(Math.ceil(events.length / BATCH), (n) =>
    events.slice(Math.max(0, n * BATCH - 50), (n + 1) * BATCH),
  );
  let next = 0;
  const lane = async (number: number) => {
    for (let batch = batches[next++]; batch; batch = batches[next++]) {
      const wrong = { event_type: "llm_call", tokens_out: -1 };
      const input = { events: [...batch.map(({ sent }) => sent), wrong] };
      const { rejected, accepted, duplicates } = await (number % 2 ? second : app()).call(ingestEvents, owner, input);
      expect(rejected).toEqual([{ index: batch.length, reason: expect.stringContaining("tokens_out") }]);
      expect(accepted + duplicates).toBe(batch.length);
    }
  };
  await Promise.all(times(4, lane));
}

/** Reads all pages of a list. */
async function all<T>(
  read: (page: { cursor?: string }) => Promise<{ items: T[]; next_cursor: string | null }>,
): Promise<T[]> {
  const { items, next_cursor } = await read({});
  const found = [...items];
  for (let cursor = next_cursor; cursor !== null; ) {
    const page = await read({ cursor });
    found.push(...page.items);
    cursor = page.next_cursor;
  }
  return found;
}

const days = () => [...new Set(events.map(({ day }) => day))].sort();
const range = () => ({ from: days()[0] ?? "", to: days().at(-1) ?? "" });

describe("the reads", () => {
  it("list each agent and day with its sums, rates and percentiles", async () => {
    const found = await all((page) => app().call(listAgentMetrics, owner, { ...range(), limit: 4, ...page }));
    const expected = [...groupBy(events, ({ day, agent }) => `${day} ${agent}`)]
      .sort(([one], [other]) => (one < other ? 1 : -1))
      .map(([key, group]) => agentDayOf(key.slice(0, 10), key.slice(11), group));
    expect(found).toEqual(expected);
  });

  it("read one agent, the oldest day first", async () => {
    const [id = ""] = world.agents;
    const { metrics, recent_events } = await app().call(getAgentMetrics, owner, { id, ...range() });
    const own = groupBy(
      events.filter(({ agent }) => agent === id),
      ({ day }) => day,
    );
    expect(metrics).toEqual(days().flatMap((day) => (own.has(day) ? [agentDayOf(day, id, own.get(day) ?? [])] : [])));
    expect(recent_events).toHaveLength(50);
  });

  it.each<[CostGroup, (event: Known) => string[]]>([
    ["agent", ({ agent }) => [agent]],
    ["day", ({ day }) => [day]],
    ["model", ({ provider, model }) => [`${provider}/${model}`]],
    ["task", ({ task }) => (task ? [task.id, ...task.above] : [])],
    ["tree", ({ task }) => (task ? [task.above.at(-1) ?? task.id] : [])],
  ])("sum the costs by %s", async (group_by, keysOf) => {
    const calls = events.filter(({ sent }) => sent.event_type === "llm_call");
    const { items, total } = await app().call(summarizeCosts, owner, { group_by, ...range() });
    const groups = groupBy(
      calls.flatMap((event) => keysOf(event).map((key) => ({ key, event }))),
      ({ key }) => key,
    );
    const expected = [...groups].map(([key, group]) => ({ key, ...costsOf(group.map(({ event }) => event)) }));
    const figures = items.map(({ name: _, own_cost_usd: __, inclusive_cost_usd: ___, ...item }) => item);
    expect(figures).toHaveLength(expected.length);
    expect(figures).toEqual(expect.arrayContaining(expected));
    expect(total).toEqual(costsOf(events));
    for (const { key, own_cost_usd, inclusive_cost_usd, cost_usd } of items.filter((item) => "own_cost_usd" in item)) {
      expect(own_cost_usd).toBe(costsOf(calls.filter(({ task }) => task?.id === key)).cost_usd);
      expect(inclusive_cost_usd).toBe(cost_usd);
    }
  });

  it("sum today and the week", async () => {
    const today = new Date().toISOString().slice(0, 10);
    const { week, today: ofToday } = await app().call(getOverview, owner, {});
    for (const [figures, group] of [
      [week, events],
      [ofToday, events.filter(({ day }) => day === today)],
    ] as const) {
      const { calls: llm_calls, ...costs } = costsOf(group);
      expect(figures).toMatchObject({ ...costs, llm_calls, total_events: group.length });
    }
  });

  it("sum each run, and show its events", async () => {
    for (const { id } of world.runs) {
      const own = events.filter(({ run }) => run === id);
      const { calls, cost_usd, list_cost_usd, tokens_in } = costsOf(own);
      const run = await app().call(getRun, owner, { id });
      expect(run).toMatchObject({
        total_events: own.length,
        total_llm_calls: calls,
        total_cost_usd: cost_usd,
        total_list_cost_usd: list_cost_usd,
        total_tokens_in: tokens_in,
      });
      expect(run.events).toHaveLength(Math.min(1_000, own.length));
    }
  });

  it("list every event of a type once", async () => {
    const found = await all((page) => app().call(listEvents, owner, { event_type: "heartbeat", limit: 200, ...page }));
    const seen = found.map(({ id }) => id);
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toHaveLength(events.filter(({ sent }) => sent.event_type === "heartbeat").length);
  });
});

/** The sums of the table of days, and those of the events themselves. */
const RECOUNT = `
select 'kept' as source, sum(events)::text as events, sum(cost_nanos)::text as cost, sum(tokens_in)::text as tokens
from obs_usage where workspace_id = $1 and grain = 'day'
union all
select 'kept by agent and ' || grain, sum(events)::text, sum(cost_nanos)::text, sum(tokens_in)::text
from obs_counters where workspace_id = $1 group by grain
union all
select 'events', count(*)::text, sum(cost_nanos)::text, sum(tokens_in)::text from obs_events where workspace_id = $1`;

it("16 batches at once with the same keys in other orders: each event counts once, and the sums equal a recount", async () => {
  const { owner, world } = await aWorld(app());
  const shared = generate(200, world, 14);
  const batches = times(16, (n) => [...shared.slice(n * 10), ...shared.slice(0, n * 10)].slice(0, 150));
  const answers = await Promise.all(
    batches.map((batch, n) =>
      (n % 2 ? second : app()).call(ingestEvents, owner, { events: batch.map(({ sent }) => sent) }),
    ),
  );
  const sent = new Set(batches.flat());
  expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(sent.size);
  expect(
    answers.every(({ rejected, accepted, duplicates }) => rejected.length === 0 && accepted + duplicates === 150),
  ).toBe(true);
  const { rows } = await app().admin.query(RECOUNT, [owner.workspace]);
  const [{ source: _, ...counted }] = rows.filter(({ source }) => source === "events");
  expect(rows).toEqual(rows.map(({ source }) => ({ source, ...counted })));
  expect(Number(counted.events)).toBe(sent.size);
  const { total } = await app().call(summarizeCosts, owner, range());
  expect(total).toEqual(costsOf([...sent]));
});
