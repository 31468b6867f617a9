/** A resumed session reports its totals again: each report counts with its difference, once. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, type TestApp, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { createPriceOverride } from "./operations/create-price-override.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { repriceEvents } from "./operations/reprice-events.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";
import { difference } from "./sessions.ts";

const app = useApp();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app());
});
afterAll(() => second.close());

/** As `claude -p --resume` reports: the cost of the whole session, and the tokens of this run. */
const RUN = {
  event_type: "llm_call",
  provider: "anthropic",
  model: "claude-opus-5-5",
  tokens_in: 120,
  session_id: "s",
  cumulative: ["cost_usd"],
};

async function aSender() {
  const workspace = await aWorkspace(app());
  const worker = await anAgent(app(), workspace);
  const other = await anAgent(app(), workspace, { name: "Other" });
  const total = async () => (await app().call(summarizeCosts, workspace.owner, {})).total;
  return { owner: workspace.owner, worker, other, total };
}

it("counts a resumed session with the difference, and a repeated or late report with nothing", async () => {
  const { owner, worker, other, total } = await aSender();
  const send = (cost_usd: number, more: object = {}) => app().call(ingestEvents, worker, { ...RUN, cost_usd, ...more });
  await send(0.003_78);
  await send(0.007_26);
  expect(await total()).toMatchObject({ cost_usd: 0.007_26, tokens_in: 240 });
  await send(0.007_26);
  await send(0.005);
  expect(await total()).toMatchObject({ cost_usd: 0.007_26, tokens_in: 480, unpriced_calls: 0 });
  // A price does not replace a difference of 0.
  await app().call(createPriceOverride, owner, { model: "claude-opus-5-5", prices: { input_mtok: 1_000 } });
  expect(await app().call(repriceEvents, owner, {})).toMatchObject({ changed: 0 });
  await send(1, { session_id: "another" });
  await app().call(ingestEvents, other, { ...RUN, cost_usd: 1 });
  expect(await total()).toMatchObject({ cost_usd: 2.007_26 });
});

it("adds up to the last total when reports come at once, in any order and in one batch", async () => {
  const { worker, total } = await aSender();
  const costs = [3, 9, 1, 5, 2, 8, 4, 7, 6];
  const event = (cost_usd: number) => ({
    ...RUN,
    cost_usd,
    tokens_in: cost_usd * 10,
    cumulative: ["cost_usd", "tokens_in"],
  });
  await Promise.all([
    ...costs.map((cost, n) => (n % 2 ? second : app()).call(ingestEvents, worker, event(cost))),
    ...times(3, () => second.call(ingestEvents, worker, { events: costs.map(event) })),
  ]);
  expect(await total()).toMatchObject({ cost_usd: 9, tokens_in: 90 });
});

it("moves no total for a duplicate, and rejects differences that contradict each other", async () => {
  const { worker, total } = await aSender();
  await app().call(ingestEvents, worker, { ...RUN, cost_usd: 1, dedupe_key: "k" });
  expect(await app().call(ingestEvents, worker, { ...RUN, cost_usd: 5, dedupe_key: "k" })).toMatchObject({
    duplicates: 1,
  });
  await app().call(ingestEvents, worker, { ...RUN, cost_usd: 6 });
  expect(await total()).toMatchObject({ cost_usd: 6 });
  const totals = { ...RUN, session_id: "t", cumulative: ["tokens_in", "tokens_cached"] };
  const events = [
    { ...totals, tokens_in: 100, tokens_cached: 10 },
    { ...totals, tokens_in: 120, tokens_cached: 100 },
    { ...totals, tokens_in: 200, tokens_cached: 50 },
    { ...totals, session_id: undefined },
    { ...totals, cumulative: ["latency_ms"] },
    { ...totals, cumulative: "cost_usd" },
  ];
  expect((await app().call(ingestEvents, worker, { events })).rejected).toEqual([
    { index: 1, reason: expect.stringContaining("Since the last report of the session, tokens_cached") },
    { index: 3, reason: expect.stringContaining("session_id") },
    { index: 4, reason: expect.stringContaining("cumulative may name") },
    { index: 5, reason: expect.stringContaining("list") },
  ]);
});

it("takes exact differences of money", () => {
  const event = { session_id: "s", cumulative: ["cost_usd" as const], cost_usd: 0.3, agent_id: "" };
  expect(difference({ ...event }, { cost_usd: 0.1 }).own).toEqual({ cost_usd: 0.2 });
});
