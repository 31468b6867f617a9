/** What one sender or one reader cannot do to the events of others. */
import { expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, useApp } from "../../test/harness/harness.ts";
import { getAgentMetrics } from "./operations/get-agent-metrics.ts";
import { ingestEvents } from "./operations/ingest-events.ts";

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

it("names of models that a sender invents do not make a row longer than a page", async () => {
  const { owner, worker } = await aSender();
  const events = Array.from({ length: 60 }, (_, n) => ({ ...CALL, model: `invented ${n}`, tokens_in: 1 }));
  await app().call(ingestEvents, worker, { events: [...events, { ...CALL, model: "invented 59" }] });
  const { metrics } = await app().call(getAgentMetrics, owner, { id: worker.id });
  expect(Object.keys(metrics[0]?.models_used ?? {})).toHaveLength(50);
  expect(metrics[0]).toMatchObject({ total_llm_calls: 61, models_used: { "invented 59": 2 } });
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
