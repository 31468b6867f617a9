/** Prices of a workspace, and the costs that they change: exact in every sum, also under several callers at once. */
import { uuidv7 } from "uuidv7";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import type { Actor } from "../kernel/actor.ts";
import { createPriceOverride } from "./operations/create-price-override.ts";
import { deletePriceOverride } from "./operations/delete-price-override.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listEvents } from "./operations/list-events.ts";
import { listPrices } from "./operations/list-prices.ts";
import { repriceEvents } from "./operations/reprice-events.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";
import { OVERRIDES_MAX } from "./price-schema.ts";
import { expectSumsOfEvents } from "./test-recount.ts";

const app = useApp();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app());
});
afterAll(() => second.close());

const CALL = { event_type: "llm_call", status: "success", provider: "proxy", model: "New-1" };
const PRICES = { input_mtok: 2, output_mtok: 8 };

async function aSender() {
  const workspace = await aWorkspace(app());
  const { owner } = workspace;
  const worker = await anAgent(app(), workspace);
  const root = await aTask(app(), owner, worker);
  const child = await aTask(app(), owner, worker, { parent_task_id: root.id });
  return { workspace, owner, worker, root, child, run_id: uuidv7() };
}

const override = (by: Actor, more: Record<string, unknown> = {}) =>
  app().call(createPriceOverride, by, { provider: "proxy", model: "new-1", prices: PRICES, ...more });
const costOf = async (owner: Actor) =>
  (await app().call(listEvents, owner, { event_type: "llm_call", limit: 1 })).items[0];

describe("a price of the workspace", () => {
  it("holds for the calls that follow, in its time, and a stored cost stays until it is computed again", async () => {
    const { workspace, owner, worker } = await aSender();
    await app().call(ingestEvents, worker, { ...CALL, tokens_in: 1_000_000 });
    const { id, ...made } = await override(owner, { valid_from: "2020-01-01T00:00:00+02:00" });
    expect(made).toMatchObject({ is_override: true, valid_from: "2019-12-31T22:00:00.000Z", source: "override" });
    expect(await costOf(owner)).toMatchObject({ cost_usd: null, cost_source: "unpriced" });
    await app().call(ingestEvents, worker, { ...CALL, tokens_in: 1_000_000 });
    expect(await costOf(owner)).toMatchObject({ cost_usd: 2, cost_source: "derived", price_source: `override ${id}` });
    expect(await app().call(repriceEvents, owner, {})).toEqual({
      events: 2,
      priced: 2,
      changed: 1,
      still_unpriced: [],
      difference_usd: 2,
      list_difference_usd: 2,
      continue_from: null,
    });
    await expectSumsOfEvents(app(), workspace.id);
    await app().call(deletePriceOverride, owner, { id: id ?? "" });
    expect(await app().call(repriceEvents, owner, {})).toMatchObject({
      priced: 0,
      still_unpriced: [{ model: "New-1", events: 2 }],
      difference_usd: -4,
    });
    await expectSumsOfEvents(app(), workspace.id);
    const facts = (await factsOf(app(), workspace.id)).map(({ type }) => type).filter((type) => /price/.test(type));
    expect(facts).toEqual(["prices.overridden", "events.repriced", "prices.override_deleted", "events.repriced"]);
  });

  it("wins over the list price, for its provider before any provider, and then the newest", async () => {
    const { owner, worker } = await aSender();
    const event = { ...CALL, provider: "anthropic", model: "claude-opus-4-5", tokens_in: 1_000_000 };
    const costNow = async () => {
      await app().call(ingestEvents, worker, event);
      return (await costOf(owner))?.cost_usd;
    };
    const any = { provider: null, model: "claude-opus-4-5" };
    expect(await costNow()).toBe(5);
    await override(owner, { ...any, prices: { input_mtok: 3 } });
    expect(await costNow()).toBe(3);
    await override(owner, { ...any, provider: "Anthropic", prices: { input_mtok: 4 } });
    await override(owner, { ...any, prices: { input_mtok: 9 } });
    expect(await costNow()).toBe(4);
    await override(owner, { ...any, provider: "anthropic", prices: { input_mtok: 7 } });
    expect(await costNow()).toBe(7);
    await override(owner, {
      ...any,
      provider: "anthropic",
      prices: { input_mtok: 1 },
      valid_to: "2021-01-01T00:00:00Z",
    });
    expect(await costNow()).toBe(7);
  });

  it("of 0 is no missing price", async () => {
    const { owner, worker } = await aSender();
    await override(owner, { prices: { input_mtok: 0 } });
    await app().call(ingestEvents, worker, { ...CALL, tokens_in: 10 });
    expect(await costOf(owner)).toMatchObject({ cost_usd: 0, cost_source: "derived", unpriced_classes: [] });
    await app().call(ingestEvents, worker, { ...CALL, tokens_in: 10, tokens_out: 5 });
    expect(await costOf(owner)).toMatchObject({
      cost_usd: null,
      cost_source: "unpriced",
      unpriced_classes: ["output"],
    });
  });

  it("is listed first, and belongs to its workspace and to its owners and admins", async () => {
    const { owner, worker, workspace } = await aSender();
    const made = await override(owner);
    const { items, catalogue, next_cursor } = await app().call(listPrices, worker, { limit: 2 });
    expect(items[0]).toEqual(made);
    expect(items[1]).toMatchObject({ is_override: false, id: null, source: expect.stringContaining("genai-prices") });
    expect(catalogue.age_days).toBeGreaterThan(0);
    const next = await app().call(listPrices, worker, { limit: 1, cursor: next_cursor ?? "" });
    expect(next.items[0]).not.toEqual(items[1]);
    const dated = await app().call(listPrices, owner, { provider: "anthropic", model: "sonnet-5", is_override: false });
    expect(dated.items.length).toBeGreaterThan(0);
    const stranger = await aSender();
    expect((await app().call(listPrices, stranger.owner, { is_override: true })).items).toEqual([]);
    const id = made.id ?? "";
    expect(await problemOf(app().call(deletePriceOverride, stranger.owner, { id }))).toMatchObject({ status: 404 });
    const viewer = await aPerson(app(), workspace.id, "member");
    for (const by of [worker, viewer]) {
      expect(await problemOf(override(by))).toMatchObject({ code: "forbidden" });
      expect(await problemOf(app().call(deletePriceOverride, by, { id }))).toMatchObject({ code: "forbidden" });
      expect(await problemOf(app().call(repriceEvents, by, {}))).toMatchObject({ code: "forbidden" });
    }
  });

  it.each([
    [{ prices: {} }],
    [{ prices: { input_mtok: -1 } }],
    [{ prices: { input_mtok: 1e9 } }],
    [{ prices: { requests_kcount: 1_001 } }],
    [{ prices: { input: 1 } }],
    [{ model: " " }],
    [{ valid_from: "2026-02-02T00:00:00Z", valid_to: "2026-02-02T00:00:00Z" }],
    [{ valid_from: "2016-12-31T23:59:60Z" }],
  ])("is refused: %j", async (wrong) => {
    const { owner } = await aSender();
    expect(await problemOf(override(owner, wrong))).toMatchObject({ code: "invalid_input" });
  });

  it("at its highest costs what the column of an event holds", async () => {
    const { owner, worker } = await aSender();
    const most = { input_mtok: 100_000, output_mtok: 100_000, web_searches_kcount: 1_000, requests_kcount: 1_000 };
    await override(owner, { prices: most });
    const usage = { tokens_in: 1_000_000_000, tokens_out: 1_000_000_000, web_searches: 1_000_000_000 };
    await app().call(ingestEvents, worker, { ...CALL, ...usage });
    expect(await costOf(owner)).toMatchObject({ cost_usd: 1_200_000_001 });
  });

  it("has a limit, also for callers at once", async () => {
    const { owner, workspace } = await aSender();
    await app().admin.query(
      `insert into obs_price_overrides (workspace_id, id, model, prices, known_since)
       select $1, gen_random_uuid(), 'm' || n, '{"input_mtok": 1}', now() from generate_series(1, $2::int) n`,
      [workspace.id, OVERRIDES_MAX - 1],
    );
    const results = await Promise.allSettled(times(4, () => override(owner)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });
});

describe("a new computation of costs", () => {
  async function aMix() {
    const sender = await aSender();
    const { worker, root, child, run_id } = sender;
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const events: Record<string, unknown>[] = [
      { ...CALL, tokens_in: 1_000_000, task_id: child.id, run_id },
      { ...CALL, tokens_in: 500_000, task_id: root.id, occurred_at: yesterday },
      { ...CALL, tokens_in: 1_000_000, billing_mode: "subscription", task_id: child.id },
      { ...CALL, tokens_in: 1_000_000, cost_usd: 0.5, run_id },
      { ...CALL, tokens_in: 1_000_000, cost_usd: 0 },
      { ...CALL, tokens_in: 1_000_000, web_searches: 3, model: "other-model" },
      { ...CALL, tokens_in: 1_000_000, model: "own-model", billing_mode: "local", task_id: child.id },
      { ...CALL, status: "error" },
    ];
    await app().call(ingestEvents, worker, { events });
    return sender;
  }

  it("changes the event, hours, days, run and tasks together, and gives what an ingest would give now", async () => {
    const { workspace, owner, worker, root, child } = await aMix();
    await override(owner);
    const done = await app().call(repriceEvents, owner, {});
    expect(done).toMatchObject({ events: 7, priced: 5, changed: 4, difference_usd: 5, list_difference_usd: 7 });
    expect(done.still_unpriced).toEqual([
      { model: "New-1", events: 1 },
      { model: "other-model", events: 1 },
    ]);
    await expectSumsOfEvents(app(), workspace.id);
    const { items } = await app().call(summarizeCosts, owner, { group_by: "task" });
    expect(items.map(({ key, own_cost_usd, inclusive_cost_usd }) => [key, own_cost_usd, inclusive_cost_usd])).toEqual([
      [root.id, 1, 3.5],
      [child.id, 2.5, 2.5],
    ]);
    // A call of the same kind costs the same now.
    await app().call(ingestEvents, worker, { ...CALL, tokens_in: 1_000_000, cost_usd: 0 });
    expect(await costOf(owner)).toMatchObject({ cost_usd: 2 });
    expect(await app().call(repriceEvents, owner, {})).toMatchObject({ events: 8, changed: 0, difference_usd: 0 });
    expect((await factsOf(app(), workspace.id)).filter(({ type }) => type === "events.repriced")).toHaveLength(1);
  });

  it("keeps to its days and models", async () => {
    const { owner } = await aMix();
    await override(owner, { model: "other-model", provider: null, prices: { input_mtok: 1 } });
    await override(owner);
    const today = new Date().toISOString().slice(0, 10);
    const from = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
    expect(await app().call(repriceEvents, owner, { to: from })).toMatchObject({ events: 1, difference_usd: 1 });
    expect(await app().call(repriceEvents, owner, { from: today, models: ["other-model"] })).toMatchObject({
      events: 1,
      priced: 1,
      difference_usd: 1,
    });
    expect(await problemOf(app().call(repriceEvents, owner, { from: today, to: from }))).toMatchObject({ status: 400 });
    expect(await problemOf(app().call(repriceEvents, owner, { continue_from: "x" }))).toMatchObject({ status: 400 });
  });

  it("by several at once, while others send, adds each difference once", async () => {
    const { workspace, owner, worker, root, child, run_id } = await aMix();
    const batch = () => ({
      events: times(40, (n) => ({
        ...CALL,
        model: `new-${n % 2}`,
        tokens_in: n,
        task_id: n % 2 ? root.id : child.id,
        run_id,
      })),
    });
    await app().call(ingestEvents, worker, batch());
    await override(owner);
    await override(owner, { model: "new-0" });
    await Promise.all(
      times(12, (n) => {
        const by = n % 2 ? second : app();
        return n % 3 ? by.call(ingestEvents, worker, batch()) : by.call(repriceEvents, owner, {});
      }),
    );
    await expectSumsOfEvents(app(), workspace.id);
    await app().call(repriceEvents, owner, {});
    await expectSumsOfEvents(app(), workspace.id);
  });

  it("that is killed changes nothing, and a repeat changes everything", async () => {
    const { workspace, owner } = await aMix();
    await override(owner);
    const holder = await app().admin.connect();
    try {
      await holder.query("begin");
      await holder.query("select 1 from obs_usage where workspace_id = $1 for update", [workspace.id]);
      const killed = second.call(repriceEvents, owner, {}).then(
        () => "done",
        () => "failed",
      );
      const waiting = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
        and query like '%obs_usage%'`;
      await expect.poll(async () => (await app().admin.query(waiting)).rows.length).toBe(1);
      await app().admin.query(`select pg_terminate_backend(pid) from (${waiting}) w`);
      await holder.query("commit");
      await killed;
    } finally {
      holder.release(true);
    }
    await expectSumsOfEvents(app(), workspace.id);
    await app().call(repriceEvents, owner, {});
    expect((await app().call(summarizeCosts, owner, {})).total).toMatchObject({ cost_usd: 5.5, list_cost_usd: 7.5 });
    await expectSumsOfEvents(app(), workspace.id);
  });

  it("keeps the sums of events that are no longer kept", async () => {
    const { workspace, owner } = await aMix();
    await override(owner);
    await app().call(repriceEvents, owner, {});
    const before = await app().call(summarizeCosts, owner, { group_by: "task" });
    await app().admin.query("delete from obs_events where workspace_id = $1", [workspace.id]);
    await override(owner, { prices: { input_mtok: 100 } });
    expect(await app().call(repriceEvents, owner, {})).toMatchObject({ events: 0, changed: 0, difference_usd: 0 });
    expect(await app().call(summarizeCosts, owner, { group_by: "task" })).toEqual(before);
  });
});
