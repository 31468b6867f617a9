/** No sender and no reader stops the events of others. */
import { expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, useApp } from "../../test/harness/harness.ts";
import { createPriceOverride } from "./operations/create-price-override.ts";
import { getAgentMetrics } from "./operations/get-agent-metrics.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { repriceEvents } from "./operations/reprice-events.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";
import { expectSumsOfEvents } from "./test-recount.ts";

const app = useApp();
const CALL = { event_type: "llm_call", status: "success", provider: "anthropic", model: "claude-opus-4-5" };

async function aSender() {
  const workspace = await aWorkspace(app());
  return { owner: workspace.owner, worker: await anAgent(app(), workspace) };
}

it("a reader of old events does not stop new ones, and the old day is dropped later", async () => {
  const { worker } = await aSender();
  const old = "(now() - interval '300 days')::date";
  await app().admin.query(`select bailiwick_make_event_day(${old})`);
  const isThere = async () =>
    (await app().admin.query(`select count(*)::int as n from bailiwick_event_days() d where d = ${old}`)).rows[0].n;
  const drop = "select bailiwick_keep_event_days(1) as dropped";
  const reader = await app().admin.connect();
  try {
    await reader.query("begin; select count(*) from obs_events");
    expect((await app().admin.query(drop)).rows).toEqual([{ dropped: 0 }]);
    expect(await app().call(ingestEvents, worker, { event_type: "metric" })).toMatchObject({ accepted: 1 });
    expect(await isThere()).toBe(1);
    await reader.query("commit");
  } finally {
    reader.release(true);
  }
  while (await isThere()) await app().admin.query(drop);
  expect(await isThere()).toBe(0);
});

it("two batches may be the first of a day", async () => {
  const clients = await Promise.all([app().admin.connect(), app().admin.connect()]);
  const [first, second] = clients;
  const make = (client: (typeof clients)[number], day: string) =>
    client.query<{ made: boolean }>("select bailiwick_make_event_day($1::date) as made", [day]);
  try {
    // A session that has made a day before knows all names that it needs, and reads no catalog.
    for (const client of clients) await make(client, "2030-01-01");
    await make(second, "2030-01-02");
    await first.query("begin");
    await make(first, "2030-01-05");
    const later = make(second, "2030-01-05");
    const waits = `select count(*)::int as n from pg_locks where locktype = 'advisory' and not granted
      and database = (select oid from pg_database where datname = current_database())`;
    await expect.poll(async () => (await first.query<{ n: number }>(waits)).rows[0]?.n).toBe(1);
    await first.query("commit");
    expect((await later).rows).toEqual([{ made: false }]);
  } finally {
    for (const client of clients) client.release(true);
  }
});

it("names of models that a sender invents do not make a row longer than a page", async () => {
  const { owner, worker } = await aSender();
  const events = Array.from({ length: 60 }, (_, n) => ({ ...CALL, model: `invented ${n}`, tokens_in: 1 }));
  await app().call(ingestEvents, worker, { events: [...events, { ...CALL, model: "invented 59" }] });
  const { metrics } = await app().call(getAgentMetrics, owner, { id: worker.id });
  expect(Object.keys(metrics[0]?.models_used ?? {})).toHaveLength(50);
  expect(metrics[0]).toMatchObject({ total_llm_calls: 61, models_used: { "invented 59": 2 } });
});

it("further names of models count under one name, and a new price finds their sum", async () => {
  const { owner, worker } = await aSender();
  const named = (n: number) => ({ ...CALL, provider: "proxy", model: `invented ${n}`, tokens_in: 1_000_000 });
  for (const start of [0, 150]) {
    const events = Array.from({ length: 150 }, (_, n) => named(start + n));
    await app().call(ingestEvents, worker, { events: [...events, named(0)] });
  }
  const costs = () => app().call(summarizeCosts, owner, { group_by: "model", limit: 400 });
  const { items } = await costs();
  expect(items).toHaveLength(201);
  expect(items.find(({ key }) => key === "other")).toMatchObject({ calls: 100 });
  expect(items.find(({ key }) => key === "proxy/invented 0")).toMatchObject({ calls: 3 });
  await app().call(createPriceOverride, owner, { model: "invented 299", prices: { input_mtok: 3 } });
  await app().call(repriceEvents, owner, {});
  expect((await costs()).items[0]).toMatchObject({ key: "other", cost_usd: 3 });
  await expectSumsOfEvents(app(), owner.workspace);
});

it("text that no database can hold rejects its event alone", async () => {
  const { worker } = await aSender();
  const events = [
    { event_type: "metric", payload: { ends: "\0" } },
    { event_type: "metric", payload: { list: [{ cut: "\ud83d" }] } },
    { event_type: "metric", dedupe_key: "one" },
    { event_type: "metric", payload: { large: 1e300 } },
  ];
  expect(await app().call(ingestEvents, worker, { events }, { idempotencyKey: "unfit" })).toEqual({
    accepted: 1,
    duplicates: 0,
    rejected: [
      { index: 0, reason: "payload/ends must not contain a NUL character." },
      { index: 1, reason: "payload/list/0/cut contains half of a surrogate pair." },
      { index: 3, reason: expect.stringContaining("payload/large has more than 40 digits") },
    ],
    total_submitted: 4,
  });
});
