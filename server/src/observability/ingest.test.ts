/** A batch of events: the rows and sums that it changes, and what is refused. */
import { describe, expect, it } from "vitest";
import { anAgent, aRunningTask, aTask } from "../../test/harness/builders.ts";
import { aWorkspace, createSecondApp, factsOf, problemOf, useApp } from "../../test/harness/harness.ts";
import { createWeb } from "../../test/harness/web.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import type { Actor } from "../kernel/actor.ts";
import { createKey } from "../keys/operations/create-key.ts";
import { getEvent } from "./operations/get-event.ts";
import { heartbeatAgent } from "./operations/heartbeat-agent.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listEvents } from "./operations/list-events.ts";
import { summarizeCosts } from "./operations/summarize-costs.ts";

const app = useApp();
const CALL = { event_type: "llm_call", status: "success", provider: "anthropic", model: "claude-opus-4-5" };

async function aTeamOfTwo() {
  const workspace = await aWorkspace(app());
  const worker = await anAgent(app(), workspace);
  const other = await anAgent(app(), workspace, { name: "Other" });
  return { workspace, owner: workspace.owner, worker, other };
}

describe("a batch", () => {
  it("stores what is right, and names the place and the reason of what is wrong", async () => {
    const { workspace, owner, worker, other } = await aTeamOfTwo();
    const task = await aTask(app(), owner, worker);
    const events: Record<string, unknown>[] = [
      { ...CALL, tokens_in: 1_000, tokens_out: 100, task_id: task.id },
      { event_type: "nonsense" },
      { ...CALL, tokens_in: 10, tokens_cached: 11 },
      { ...CALL, agent_id: other.id },
      { ...CALL, task_id: workspace.id },
      { ...CALL, cost_usd: -1 },
      { event_type: "tool_call", payload: { tool: "read" }, dedupe_key: "one" },
      { event_type: "tool_call", dedupe_key: "one" },
    ];
    await expect(app().call(ingestEvents, worker, { events })).resolves.toMatchObject({
      accepted: 2,
      duplicates: 1,
      total_submitted: 8,
      rejected: [
        { index: 1, reason: expect.stringContaining("invalid event_type") },
        { index: 2, reason: expect.stringContaining("tokens_cached") },
        { index: 3, reason: expect.stringContaining("agent_id") },
        { index: 4, reason: expect.stringContaining("There is no task") },
        { index: 5, reason: expect.stringContaining("cost_usd") },
      ],
    });
    const { items } = await app().call(listEvents, owner, {});
    expect(items.map(({ event_type }) => event_type)).toEqual(["tool_call", "llm_call"]);
    expect(items[1]).toMatchObject({ cost_usd: 0.0075, cost_source: "derived", task_id: task.id, source: "api" });
    expect(await factsOf(app(), workspace.id)).toContainEqual(
      expect.objectContaining({ type: "events.ingested", data: { accepted: 2, duplicates: 1, rejected: 5 } }),
    );
  });

  it("adds the cost of a task to the tasks above it", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const root = await aTask(app(), owner, worker);
    const child = await aTask(app(), owner, worker, { parent_task_id: root.id });
    const leaf = await aTask(app(), owner, worker, { parent_task_id: child.id });
    const cost = (task_id: string, cost_usd: number) => ({ ...CALL, task_id, cost_usd });
    await app().call(ingestEvents, worker, { events: [cost(root.id, 1), cost(child.id, 0.25), cost(leaf.id, 0.5)] });
    await app().call(ingestEvents, worker, cost(leaf.id, 0.000000001));
    const { items, total } = await app().call(summarizeCosts, owner, { group_by: "task" });
    expect(items.map((item) => [item.key, item.own_cost_usd, item.inclusive_cost_usd])).toEqual([
      [root.id, 1, 1.750000001],
      [child.id, 0.25, 0.750000001],
      [leaf.id, 0.500000001, 0.500000001],
    ]);
    expect(total.cost_usd).toBe(1.750000001);
    const tree = await app().call(summarizeCosts, owner, { group_by: "tree" });
    expect(tree.items).toMatchObject([{ key: root.id, cost_usd: 1.750000001, calls: 4 }]);
  });
});

describe("a sender", () => {
  it("that is no agent names the agent, and names of another workspace are like names of nothing", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const stranger = await aTeamOfTwo();
    const task = await aTask(app(), stranger.owner, stranger.worker);
    const events = [
      { ...CALL, agent_id: worker.id, tokens_in: 1 },
      { ...CALL },
      { ...CALL, agent_id: stranger.worker.id },
      { ...CALL, agent_id: worker.id, task_id: task.id },
    ];
    const answer = await app().call(ingestEvents, owner, { events });
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, reason: expect.stringContaining("agent_id is missing") },
        { index: 2, reason: `There is no agent ${stranger.worker.id}.` },
        { index: 3, reason: `There is no task ${task.id}.` },
      ],
    });
    expect((await app().call(listEvents, stranger.owner, { event_type: "llm_call" })).items).toEqual([]);
    const key = { event_type: "metric", dedupe_key: "same" };
    await app().call(ingestEvents, worker, key);
    expect(await app().call(ingestEvents, stranger.worker, key)).toMatchObject({ accepted: 1, duplicates: 0 });
  });

  it("sends one event or a batch, and no more than its tier allows", async () => {
    const { worker, owner } = await aTeamOfTwo();
    for (const input of [{}, { events: [], event_type: "metric" }])
      expect(await problemOf(app().call(ingestEvents, worker, input))).toMatchObject({ code: "invalid_input" });
    const wrong = await app().call(ingestEvents, worker, { event_type: "nonsense" });
    expect(wrong).toMatchObject({ accepted: 0, rejected: [{ index: 0 }], total_submitted: 1 });
    const free = await aWorkspace(app(), "free");
    const agent_id = (await anAgent(app(), free)).id;
    const events = Array.from({ length: 101 }, () => ({ event_type: "metric", agent_id }));
    expect(await problemOf(app().call(ingestEvents, free.owner, { events }))).toMatchObject({
      code: "tier_limit",
      details: { upgrade_required: true, limit: 100 },
    });
    expect(await app().call(ingestEvents, free.owner, { events: events.slice(1) })).toMatchObject({ accepted: 100 });
    expect((await app().call(listEvents, owner, {})).items).toEqual([]);
  });

  it("may be a paused agent: the cost of its work must not be lost", async () => {
    const { owner, worker } = await aTeamOfTwo();
    await app().call(pauseAgent, owner, { id: worker.id });
    expect(await app().call(ingestEvents, worker, { ...CALL, tokens_in: 1 })).toMatchObject({ accepted: 1 });
    expect(await app().call(heartbeatAgent, worker, {})).toMatchObject({ success: true, agent_id: worker.id });
  });

  it("sends a heartbeat for itself alone", async () => {
    const { owner, worker, other } = await aTeamOfTwo();
    const beat = (by: Actor, agent_id?: string) => app().call(heartbeatAgent, by, agent_id ? { agent_id } : {});
    expect(await problemOf(beat(worker, other.id))).toMatchObject({ code: "forbidden" });
    expect(await problemOf(beat(worker, (await aTeamOfTwo()).worker.id))).toMatchObject({ code: "not_found" });
    expect(await problemOf(beat(owner))).toMatchObject({ code: "invalid_input" });
    await app().call(heartbeatAgent, owner, { agent_id: worker.id, status: "busy", metadata: { load: 2 } });
    const { items } = await app().call(listEvents, owner, { agent_id: worker.id });
    expect(items).toMatchObject([{ event_type: "heartbeat", payload: { agent_status: "busy", load: 2 } }]);
  });

  it("sends more than a megabyte in one request", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const { key } = await app().call(createKey, owner, { kind: "agent", agent_id: worker.id, name: "Telemetry" });
    const web = createWeb(app());
    try {
      const events = Array.from({ length: 1_000 }, () => ({
        event_type: "metric",
        payload: { text: "x".repeat(2_000) },
      }));
      const answer = await web.app.inject({
        method: "POST",
        url: "/api/obs/ingest/events",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        payload: { events },
      });
      expect([answer.statusCode, answer.json().accepted]).toEqual([200, 1_000]);
    } finally {
      await web.close();
    }
  });
});

describe("the cost of an event", () => {
  const costs = async (events: Record<string, unknown>[]) => {
    const { owner, worker } = await aTeamOfTwo();
    await app().call(ingestEvents, worker, { events: events.map((event) => ({ ...CALL, ...event })) });
    const { items } = await app().call(listEvents, owner, {});
    const { total } = await app().call(summarizeCosts, owner, { group_by: "agent" });
    return { items: items.reverse(), total };
  };

  it("is unknown and not 0 when the model or the usage is unknown", async () => {
    const { items, total } = await costs([{ model: "unheard-of", tokens_in: 100 }, {}, { model: null, tokens_out: 5 }]);
    const unknown = {
      cost_usd: null,
      list_cost_usd: null,
      cost_source: "unpriced",
      unpriced_classes: ["input", "output"],
    };
    expect(items).toMatchObject([unknown, unknown, unknown]);
    expect(total).toMatchObject({ cost_usd: 0, unpriced_calls: 3, calls: 3 });
  });

  it("is the list price in place of a reported 0, and says so", async () => {
    const { items } = await costs([
      { tokens_in: 1_000, cost_usd: 0 },
      { tokens_in: 0, tokens_out: 0, cost_usd: 0 },
    ]);
    expect(items).toMatchObject([
      { cost_usd: 0.005, cost_source: "derived", price_source: expect.stringContaining("instead of the reported 0") },
      { cost_usd: 0, cost_source: "reported", price_source: null },
    ]);
  });

  it("of a subscription is its list value, and nothing is billed but what is reported", async () => {
    const { items, total } = await costs([
      { tokens_in: 1_000, billing_mode: "subscription" },
      { tokens_in: 1_000, billing_mode: "subscription", cost_usd: 0.001 },
    ]);
    expect(items).toMatchObject([
      { cost_usd: 0, list_cost_usd: 0.005 },
      { cost_usd: 0.001, list_cost_usd: 0.005 },
    ]);
    expect(total).toMatchObject({ cost_usd: 0.001, list_cost_usd: 0.01 });
  });

  it("of a call on an own machine is 0 and known, also of a model without a price", async () => {
    const { items, total } = await costs([
      { tokens_in: 1_000, model: "unheard-of", billing_mode: "local" },
      { tokens_in: 1_000, model: "unheard-of", billing_mode: "subscription" },
    ]);
    expect(items).toMatchObject([
      { cost_usd: 0, list_cost_usd: null, cost_source: "unpriced" },
      { cost_usd: 0, list_cost_usd: null, cost_source: "unpriced" },
    ]);
    // The list price of the call with a subscription is unknown.
    expect(total).toMatchObject({ cost_usd: 0, calls: 2, unpriced_calls: 1 });
  });

  it("of a tool is nothing, which is not unknown", async () => {
    const { items, total } = await costs([{ event_type: "tool_call", model: null, provider: null }]);
    expect(items).toMatchObject([{ cost_usd: null, cost_source: null, unpriced_classes: [] }]);
    expect(total.unpriced_calls).toBe(0);
  });
});

describe("the list", () => {
  it("joins the events with the steps of tasks, and each page goes on where the one before ended", async () => {
    const { owner, worker } = await aTeamOfTwo();
    for (let n = 0; n < 5; n++) {
      await aRunningTask(app(), owner, worker);
      await app().call(ingestEvents, worker, { events: [{ event_type: "metric" }, { event_type: "tool_call" }] });
    }
    const whole = (await app().call(listEvents, owner, {})).items;
    expect(whole.map(({ source }) => source).join(" ")).toBe("api api task ".repeat(5).trim());
    for (const limit of [1, 2, 7]) {
      const paged: typeof whole = [];
      let cursor: string | undefined;
      do {
        const page: { items: typeof whole; next_cursor: string | null } = await app().call(listEvents, owner, {
          limit,
          ...(cursor !== undefined && { cursor }),
        });
        paged.push(...page.items);
        cursor = page.next_cursor ?? undefined;
      } while (cursor !== undefined);
      expect(paged).toEqual(whole);
    }
    const info = await app().call(listEvents, owner, { status: "info", event_type: "action_started" });
    expect(info.items).toHaveLength(5);
  });

  it("has the titles of its tasks when they are included", async () => {
    const { owner, worker } = await aTeamOfTwo();
    const task = await aRunningTask(app(), owner, worker);
    expect((await app().call(listEvents, owner, { include: "titles" })).task_titles).toEqual({ [task.id]: task.title });
    expect((await app().call(listEvents, owner, {})).task_titles).toBeUndefined();
    const other = await aTeamOfTwo();
    expect((await app().call(listEvents, other.owner, { include: "titles" })).task_titles).toEqual({});
  });

  it("returns each of its events alone, the step of a task with the id of the task, and none to a stranger", async () => {
    const { owner, worker } = await aTeamOfTwo();
    await aRunningTask(app(), owner, worker);
    await app().call(ingestEvents, worker, { event_type: "metric" });
    const get = (by: Actor, input: { id: string; task_id?: string }) => app().call(getEvent, by, input);
    for (const event of (await app().call(listEvents, owner, {})).items) {
      const { id, task_id } = event;
      const input = task_id === null ? { id } : { id, task_id };
      expect(await get(owner, input)).toEqual(event);
      expect(await problemOf(get((await aTeamOfTwo()).owner, input))).toMatchObject({ code: "not_found" });
      expect(await problemOf(get(owner, { id, task_id: worker.id }))).toMatchObject({ code: "not_found" });
    }
  });
});

it("a day without a partition gets one from the first batch, and the job drops days that no tier keeps", async () => {
  const year = 366 * 86_400_000;
  const later = createSecondApp(app(), { clockOffsetMs: () => year });
  try {
    const { owner, worker } = await aTeamOfTwo();
    expect(await later.call(ingestEvents, worker, { event_type: "metric" })).toMatchObject({ accepted: 1 });
    expect((await later.call(listEvents, owner, {})).items).toHaveLength(1);
    const days = "select count(*)::int as days from bailiwick_event_days() d where d < now() + interval '300 days'";
    const before = (await app().admin.query(days)).rows[0].days;
    const keep = "select set_config('bailiwick.clock_offset', '366 days', true); select bailiwick_keep_event_days(1)";
    await app().admin.query(`begin; ${keep}; commit`);
    expect((await app().admin.query(days)).rows[0].days).toBe(before - 1);
  } finally {
    await later.close();
  }
});
