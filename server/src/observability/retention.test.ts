/** The time for which telemetry is kept and read, and its deletion: by tier, by workspace, in parts, and from two processes. */
import fc from "fast-check";
import { uuidv7 } from "uuidv7";
import { afterEach, describe, expect, it } from "vitest";
import { anAgent, aTask } from "../../test/harness/builders.ts";
import {
  aPerson,
  aWorkspace,
  createSecondApp,
  factsOf,
  problemOf,
  type TestApp,
  useApp,
} from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { runJobs } from "../../test/harness/team.ts";
import type { TierName } from "../tiers/schema.ts";
import { observabilityJobs } from "./jobs.ts";
import { getAgentMetrics } from "./operations/get-agent-metrics.ts";
import { getOverview } from "./operations/get-overview.ts";
import { getRetention } from "./operations/get-retention.ts";
import { getRun } from "./operations/get-run.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listAgentMetrics } from "./operations/list-agent-metrics.ts";
import { listEvents } from "./operations/list-events.ts";
import { setRetention } from "./operations/set-retention.ts";
import { summarizeCostDays } from "./operations/summarize-cost-days.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";
import { summarizeOutcomes } from "./operations/summarize-outcomes.ts";
import { windowsOf } from "./store/events.ts";

const app = useApp();
const DAY_MS = 86_400_000;
const CALL = { event_type: "llm_call", status: "success", cost_usd: 0.5, tokens_in: 10, latency_ms: 100 };
const METRIC = { event_type: "metric", payload: { outcomes: { commits: 2 } } };
const later = (days: number) => createSecondApp(app(), { clockOffsetMs: () => days * DAY_MS });
const day = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const jobs = () => observabilityJobs().filter(({ name }) => name === "telemetry-retention");

const apps: TestApp[] = [];
function appIn(days: number): TestApp {
  const made = later(days);
  apps.push(made);
  return made;
}
afterEach(async () => {
  for (const one of apps.splice(0)) await one.close();
});

async function aSender(tier: TierName) {
  const workspace = await aWorkspace(app(), tier);
  const worker = await anAgent(app(), workspace);
  const task = await aTask(app(), workspace.owner, worker);
  const run_id = uuidv7();
  const events = [{ ...CALL, task_id: task.id, run_id }, { ...CALL, task_id: task.id }, METRIC];
  await app().call(ingestEvents, worker, { events });
  return { id: workspace.id, owner: workspace.owner, worker, task, run_id };
}

const TABLES = [
  "obs_events",
  "obs_runs",
  "obs_usage",
  "obs_counters",
  "obs_latencies",
  "obs_task_costs",
  "obs_outcomes",
];

async function rowsOf(workspace: string): Promise<Record<string, number>> {
  const parts = TABLES.map(
    (name) => `select '${name}' as name, count(*)::int as n from ${name} where workspace_id = $1`,
  );
  const { rows } = await app().admin.query<{ name: string; n: number }>(parts.join(" union all "), [workspace]);
  return Object.fromEntries(rows.map(({ name, n }) => [name, n]));
}

const expired = async (workspace: string) =>
  (await factsOf(app(), workspace)).filter(({ type }) => type === "events.expired").map(({ data }) => data);

describe("old telemetry", () => {
  it("is deleted by tier and reported once, also by two processes at once, and the cost of a task stays", async () => {
    const [free, agency] = [await aSender("free"), await aSender("agency")];
    const kept = await rowsOf(agency.id);
    const [one, other] = [appIn(10), appIn(10)];
    await Promise.all([runJobs(one, jobs()), runJobs(other, jobs())]);
    expect(await rowsOf(free.id)).toEqual({
      obs_events: 0,
      obs_runs: 0,
      obs_usage: 0,
      obs_counters: 0,
      obs_latencies: 0,
      obs_task_costs: 1,
      obs_outcomes: 0,
    });
    const { rows } = await app().admin.query(
      "select day::text, calls::int, cost_nanos::text as cost from obs_task_costs where workspace_id = $1",
      [free.id],
    );
    expect(rows).toEqual([{ day: "0001-01-01", calls: 2, cost: "1000000000" }]);
    const [data, ...more] = await expired(free.id);
    expect(data).toEqual({ before: day(3), rows: 3 + 1 + 1 + 2 + 1 + 1 + 1, bytes: expect.any(Number) });
    expect(data?.bytes).toBeGreaterThan(500);
    expect(more).toEqual([]);
    expect([await rowsOf(agency.id), await expired(agency.id)]).toEqual([kept, []]);
  });

  it("is deleted in parts: after a crash in between, the next round reports all of it", async () => {
    const { id } = await aSender("free");
    const client = await app().admin.connect();
    try {
      await runJobs(app(), jobs());
      await client.query("update obs_retention set swept_at = null where workspace_id = $1", [id]);
      await client.query("begin; select set_config('bailiwick.workspace', $1, true)".replace("$1", `'${id}'`));
      const part = `select bailiwick_forget_telemetry('${day(3)}', 2) as done`;
      expect((await client.query(part)).rows).toEqual([{ done: false }]);
      await client.query("commit");
    } finally {
      client.release(true);
    }
    expect((await rowsOf(id)).obs_events).toBe(1);
    expect(await expired(id)).toEqual([]);
    await runJobs(appIn(10), jobs());
    expect(await expired(id)).toMatchObject([{ rows: 10 }]);
  });

  it("of a workspace that keeps more than its tier stays and can be read", async () => {
    const { id, owner, worker } = await aSender("free");
    await app().call(setRetention, owner, { floor_days: 185 });
    const last = appIn(180);
    await runJobs(last, jobs());
    expect((await rowsOf(id)).obs_events).toBe(3);
    expect((await last.call(getAgentMetrics, owner, { id: worker.id, from: day(0) })).metrics).toHaveLength(1);
  });

  it("is not read after the retention of the tier, also while it is there", async () => {
    const { owner, worker, run_id } = await aSender("free");
    const seen = async (at: TestApp) => {
      const range = { from: day(-1), to: day(30) };
      const { items: events } = await at.call(listEvents, owner, {});
      const { items: days, history } = await at.call(listAgentMetrics, owner, range);
      const costs = await at.call(summarizeCosts, owner, range);
      const agent = await at.call(getAgentMetrics, owner, { id: worker.id, ...range });
      const chart = await at.call(summarizeCostDays, owner, range);
      const outcomes = await at.call(summarizeOutcomes, owner, range);
      for (const read of [costs, agent, chart, outcomes]) expect(read.history).toEqual(history);
      expect(chart.from <= chart.to).toBe(true);
      return {
        events: events.filter(({ source }) => source === "api").length,
        recent: agent.recent_events.length,
        days: [days.length, agent.metrics.length],
        cost: costs.total.cost_usd,
        chart: chart.items.map(({ cost_usd }) => cost_usd),
        commits: outcomes.total.commits,
        history,
      };
    };
    const history = (from: string, is_limited: boolean) => ({ from, days: 7, is_limited });
    const all = { events: 3, recent: 3, days: [1, 1], cost: 1, chart: [1], commits: 2 };
    expect(await seen(app())).toEqual({ ...all, history: history(day(-7), false) });
    expect(await seen(appIn(7))).toEqual({ ...all, history: history(day(0), true) });
    const none = { events: 0, recent: 0, days: [0, 0], cost: 0, chart: [], commits: 0 };
    expect(await seen(appIn(8))).toEqual({ ...none, history: history(day(1), true) });
    expect((await app().call(getOverview, owner, {})).tier).toEqual({ name: "free", retention_days: 7 });
    expect((await app().call(getRun, owner, { id: run_id })).events).toHaveLength(1);
  });
});

describe("the setting", () => {
  it("is at least that of the tier and at most 185 days, and belongs to the owner and admins", async () => {
    const workspace = await aWorkspace(app(), "pro");
    const { owner, id } = workspace;
    const set = (floor_days: number | null, by = owner) => app().call(setRetention, by, { floor_days });
    expect(await set(185)).toEqual({ tier_name: "pro", tier_days: 90, floor_days: 185, kept_days: 185 });
    expect(await set(185)).toMatchObject({ floor_days: 185 });
    for (const wrong of [89, 0, 186]) expect(await problemOf(set(wrong))).toMatchObject({ code: "invalid_input" });
    const [member, agent] = [await aPerson(app(), id, "member"), await anAgent(app(), workspace)];
    for (const by of [member, agent]) expect(await problemOf(set(180, by))).toMatchObject({ code: "forbidden" });
    await Promise.all([set(null), set(null)]);
    expect(await app().call(getRetention, agent, {})).toMatchObject({ floor_days: null, kept_days: 90 });
    const facts = (await factsOf(app(), id)).filter(({ type }) => type === "events.retention_changed");
    expect(facts.map(({ data }) => data)).toEqual([
      { from: null, to: 185 },
      { from: 185, to: null },
    ]);
  });
});

describe("a list of events", () => {
  it("looks at windows of days that have no gap and are not longer than 30 days", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 * DAY_MS }), (lengthMs) => {
        const until = Date.UTC(2026, 10, 30);
        const windows = [...windowsOf(until, until - lengthMs)];
        const msOf = (id: string | undefined) => Number.parseInt((id ?? "").replaceAll("-", "").slice(0, 12), 16);
        expect(msOf(windows[0]?.before)).toBe(until);
        expect(msOf(windows.at(-1)?.from)).toBe(until - lengthMs);
        for (const [n, { from, before }] of windows.entries()) {
          expect(msOf(before) - msOf(from)).toBeLessThanOrEqual(30 * DAY_MS);
          if (n > 0) expect(before).toBe(windows[n - 1]?.from);
        }
      }),
    );
  });

  it("goes on through days without events, page by page", async () => {
    const workspace = await aWorkspace(app());
    const worker = await anAgent(app(), workspace);
    const offsets = [0, 1, 1.5, 4, 20, 21, 90];
    const sent: string[] = [];
    for (const [n, days] of offsets.entries()) {
      await appIn(days).call(ingestEvents, worker, { event_type: "metric", payload: { n } });
      sent.unshift(String(n));
    }
    const last = appIn(90);
    for (const limit of [1, 2, 3, 50]) {
      const found: unknown[] = [];
      let pages = 0;
      for (let cursor: string | null | undefined; cursor !== null; pages++) {
        const page: { items: { payload: Record<string, unknown> }[]; next_cursor: string | null } = await last.call(
          listEvents,
          workspace.owner,
          { limit, ...(cursor !== undefined && { cursor }) },
        );
        found.push(...page.items.map(({ payload }) => String(payload.n)));
        cursor = page.next_cursor;
      }
      expect(found).toEqual(sent);
      expect(pages).toBe(Math.ceil(sent.length / limit));
    }
  });
});

describe("latencies", () => {
  const MERGE = "select bailiwick_merge_latencies(50) as merged";
  const ROWS = `select count(*)::int as rows, sum((select sum(coalesce(v.n, 1))
    from unnest(latencies_ms, counts) as v(ms, n)))::int as calls from obs_latencies where workspace_id = $1`;

  it("of many batches become few rows with the same percentiles, also when two processes merge", async () => {
    const workspace = await aWorkspace(app());
    const { id, owner } = workspace;
    const worker = await anAgent(app(), workspace);
    const batches = times(150, (n) => times(20, (m) => 1 + ((n * 37 + m * m * 11) % 500)));
    await app().call(ingestEvents, worker, { events: [{ ...CALL, latency_ms: 77 }] });
    for (const [n, batch] of batches.entries())
      await app().admin.query(
        `insert into obs_latencies (workspace_id, agent_id, day, event_id, latencies_ms) values ($1, $2, $3, $4, $5)`,
        [id, worker.id, day(0), uuidv7(), n < 149 ? batch : [9_999]],
      );
    const read = async () => (await app().call(getAgentMetrics, owner, { id: worker.id, from: day(0) })).metrics[0];
    const sorted = [...batches.slice(0, 149).flat(), 77, 9_999].sort((a, b) => a - b);
    const rank = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1];
    const exact = { latency_p50_ms: rank(50), latency_p95_ms: rank(95) };
    expect(await read()).toMatchObject(exact);
    await Promise.all([app().admin.query(MERGE), app().admin.query(MERGE)]);
    const merged = (await app().admin.query(ROWS, [id])).rows[0];
    expect(merged.calls).toBe(sorted.length);
    expect(merged.rows).toBeLessThan(151);
    expect(await read()).toMatchObject(exact);
    await app().admin.query(`begin; set local bailiwick.clock_offset = '3 days'; ${MERGE}; commit`);
    expect((await app().admin.query(ROWS, [id])).rows).toEqual([{ rows: 1, calls: sorted.length }]);
    expect(await read()).toMatchObject(exact);
  });
});
