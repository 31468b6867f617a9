/** The telemetry that Claude Code and Codex sent in one session each counts the same in every order, division and repetition. */
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { aTask } from "../../../test/harness/builders.ts";
import { useApp } from "../../../test/harness/harness.ts";
import { aScene, type Scene } from "../../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../../test/harness/web.ts";
import { getTaskCosts } from "../../observability/operations/get-task-costs.ts";
import { listRuns } from "../../observability/operations/list-runs.ts";
import { summarizeCosts } from "../../observability/operations/summarize-costs.ts";
import { summarizeOutcomes } from "../../observability/operations/summarize-outcomes.ts";
import { expectSumsOfEvents } from "../../observability/test-recount.ts";
import type { HttpServer } from "../http/server.ts";

const FIXTURES = new URL("../../observability/otlp/fixtures/", import.meta.url);

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  web = createWeb(app());
});
afterAll(() => web.close());

type Signal = "logs" | "traces" | "metrics";
type Json = Record<string, unknown>;

interface Request {
  signal: Signal;
  body: Json;
}

/** The times of all captures move by the same amount, because events of long ago are refused. */
const MOVED_MS = Date.now() - Date.parse("2026-11-29T03:56:00Z");
const MOVED_NANOS = BigInt(MOVED_MS) * 1_000_000n;

function moved(text: string): string {
  return text
    .replaceAll(/("[a-zA-Z]*TimeUnixNano|"timeUnixNano)": "([1-9]\d+)"/g, (_, name, nanos) => {
      return `${name}": "${BigInt(nanos) + MOVED_NANOS}"`;
    })
    .replaceAll(/"(2026-11-29T[\d:.]+Z)"/g, (_, time) => `"${new Date(Date.parse(time) + MOVED_MS).toISOString()}"`);
}

const CAPTURES: readonly Request[] = readdirSync(FIXTURES)
  .sort()
  .map((name) => {
    const [, signal = ""] = /-(logs|traces|metrics)-/.exec(name) ?? [];
    // Every file is named for its signal.
    return { signal: signal as Signal, body: JSON.parse(moved(readFileSync(new URL(name, FIXTURES), "utf8"))) };
  });

/** The lists inside a request, from its outside to its records. */
const LISTS: Readonly<Record<Signal, readonly string[]>> = {
  logs: ["resourceLogs", "scopeLogs", "logRecords"],
  traces: ["resourceSpans", "scopeSpans", "spans"],
  metrics: ["resourceMetrics", "scopeMetrics", "metrics"],
};

/** Each record alone, in a request of its own. */
function pieces({ signal, body }: Request): Request[] {
  return split(body, LISTS[signal], signal === "metrics" ? points : (record) => [record]).map((piece) => ({
    signal,
    body: piece,
  }));
}

function split(from: Json, [name = "", ...inside]: readonly string[], parts: (record: Json) => Json[]): Json[] {
  const entries = from[name] as Json[];
  return entries.flatMap((entry) =>
    (inside.length === 0 ? parts(entry) : split(entry, inside, parts)).map((one) => ({ ...from, [name]: [one] })),
  );
}

/** A metric has several points. */
function points(metric: Json): Json[] {
  const kind = ["sum", "gauge", "histogram"].find((name) => name in metric) ?? "";
  return split(metric[kind] as Json, ["dataPoints"], (point) => [point]).map((own) => ({ ...metric, [kind]: own }));
}

const PIECES = CAPTURES.flatMap(pieces);
const of = (...signals: Signal[]) => CAPTURES.filter(({ signal }) => signals.includes(signal));

interface Sender {
  scene: Scene;
  taskId: string;
  send(request: Request): Promise<void>;
}

/** The captures name the task by short texts, which become its id. */
async function aSender(): Promise<Sender> {
  const scene = await aScene(app());
  const { id } = await aTask(app(), scene.owner, scene.agent);
  const headers = { ...(await credentialsOf(scene, "agent")), "content-type": "application/json" };
  return {
    scene,
    taskId: id,
    async send({ signal, body }) {
      const payload = JSON.stringify(body).replaceAll(/"(?:018f|t1)"/g, `"${id}"`);
      const { statusCode, body: answer } = await web.app.inject({
        method: "POST",
        url: `/otlp/v1/${signal}`,
        headers,
        payload,
      });
      expect([statusCode, answer]).toEqual([200, "{}"]);
    },
  };
}

const DAYS = `select provider, model, sum(llm_calls)::int as calls, sum(errors)::int as errors,
    sum(tokens_in)::int as tokens_in, sum(tokens_out)::int as tokens_out, sum(tokens_cached)::int as cached,
    sum(tokens_cache_write)::int as written, sum(tokens_reasoning)::int as reasoning,
    sum(cost_nanos)::text as nanos, sum(unpriced_calls)::int as unpriced
  from obs_usage where workspace_id = $1 and grain = 'day' and llm_calls > 0 group by 1, 2 order by 1`;

/** Everything that a caller can read about calls, costs and outcomes. */
async function totalsOf({ scene: { owner, workspace }, taskId }: Sender) {
  const { rows: days } = await app().admin.query(DAYS, [workspace.id]);
  const { total } = await app().call(summarizeCosts, owner, {});
  const outcomes = await app().call(summarizeOutcomes, owner, {});
  const [task] = (await app().call(getTaskCosts, owner, { ids: taskId })).items;
  const { items: runs } = await app().call(listRuns, owner, {});
  await expectSumsOfEvents(app(), workspace.id);
  return { days, total, outcomes: outcomes.total, task, runs: runs.map(({ status }) => status) };
}

/** Claude Code reports $0.005975 and $0.0056. Codex reports no cost: twice 200 × $2.50 + 800 × $0.25 + 60 × $15. */
const CLAUDE_NANOS = 5_975_000 + 5_600_000;
const CODEX_NANOS = 2 * (200 * 2_500 + 800 * 250 + 60 * 15_000);
const USD = (CLAUDE_NANOS + CODEX_NANOS) / 1e9;

const EXPECTED = {
  days: [
    {
      provider: "anthropic",
      model: "claude-opus-4-8",
      calls: 2,
      errors: 0,
      tokens_in: 2 * 5_420,
      tokens_out: 40 + 25,
      cached: 2 * 5_000,
      written: 2 * 300,
      reasoning: 0,
      nanos: String(CLAUDE_NANOS),
      unpriced: 0,
    },
    {
      provider: "openai",
      model: "gpt-5.4",
      calls: 2,
      errors: 0,
      tokens_in: 2 * 1_000,
      tokens_out: 2 * 60,
      cached: 2 * 800,
      written: 0,
      reasoning: 2 * 20,
      nanos: String(CODEX_NANOS),
      unpriced: 0,
    },
  ],
  total: { calls: 4, cost_usd: USD, list_cost_usd: USD, unpriced_calls: 0 },
  outcomes: { active_seconds: 3.057, commits: 0 },
  // A span of somebody else stands above the interaction, so the trace is not known to have ended.
  runs: ["running"],
  task: { own: { calls: 4, cost_usd: USD }, inclusive: { calls: 4, cost_usd: USD } },
};

async function expectTotals(...orders: readonly (readonly Request[])[]): Promise<void> {
  const sender = await aSender();
  for (const requests of orders) for (const request of requests) await sender.send(request);
  expect(await totalsOf(sender)).toMatchObject(EXPECTED);
}

test("the captures hold all signals of both agents, and each piece one record", () => {
  expect(CAPTURES.map(({ signal }) => signal).sort()).toEqual([
    ...Array(7).fill("logs"),
    ...Array(4).fill("metrics"),
    ...Array(2).fill("traces"),
  ]);
  expect(PIECES.length).toBeGreaterThan(50);
});

test.each<[string, () => (readonly Request[])[]]>([
  ["once", () => [CAPTURES]],
  ["twice", () => [CAPTURES, CAPTURES]],
  ["in pieces", () => [PIECES]],
  ["in pieces, after the whole", () => [CAPTURES, PIECES]],
  ["with the logs before the spans", () => [of("logs"), of("traces"), of("metrics")]],
  ["with the spans before the logs", () => [of("traces"), of("logs"), of("metrics")]],
])("sent %s, they count once", async (_, orders) => {
  await expectTotals(...orders());
});

test("in pieces in any order, some of them again, they count once", async () => {
  const shuffled = fc.shuffledSubarray(PIECES, { minLength: PIECES.length });
  await fc.assert(
    fc.asyncProperty(shuffled, fc.subarray(PIECES), (all, again) => expectTotals(all, again)),
    { numRuns: 5 },
  );
});

test("sent at the same time, they count once", async () => {
  const sender = await aSender();
  await Promise.all([...CAPTURES, ...CAPTURES].map(sender.send));
  expect(await totalsOf(sender)).toMatchObject(EXPECTED);
});
