/** The health of agents from the events that they sent: windows across days, tiers, and what is unknown. */
import { afterEach, describe, expect, it } from "vitest";
import { anAgent } from "../../test/harness/builders.ts";
import { aWorkspace, problemOf, useApp } from "../../test/harness/harness.ts";
import type { Actor } from "../kernel/actor.ts";
import type { TierName } from "../tiers/schema.ts";
import { getAgentHealth } from "./operations/get-agent-health.ts";
import { getOverview } from "./operations/get-overview.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { listHealth } from "./operations/list-health.ts";

const app = useApp();
const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

afterEach(() => {
  app().clock.offsetMs = 0;
});

/** Moves the clock to a time of a day in the near future, so that all windows of a test are known. */
function setClock(time: string, days = 2): string {
  const day = new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
  app().clock.offsetMs = Date.parse(`${day}T${time}Z`) - Date.now();
  return day;
}

const dayBefore = (day: string, days = 1) => new Date(Date.parse(day) - days * DAY_MS).toISOString().slice(0, 10);

async function aWatched(tier: TierName = "agency") {
  const workspace = await aWorkspace(app(), tier);
  return { owner: workspace.owner, agent: await anAgent(app(), workspace), workspace };
}

const errorsAt = (count: number, at: string) =>
  Array.from({ length: count }, () => ({ event_type: "error", status: "error", occurred_at: at }));
const send = (agent: Actor, events: Record<string, unknown>[]) => app().call(ingestEvents, agent, { events });
const read = (owner: Actor, id: string, range: { from?: string; to?: string } = {}) =>
  app().call(getAgentHealth, owner, { id, ...range });

describe("the errors of the last half hour", () => {
  it("count across midnight for today, and in the worst half hour for a day that is over", async () => {
    const today = setClock("00:10:00");
    const before = dayBefore(today);
    const { owner, agent } = await aWatched();
    await send(agent, [
      ...errorsAt(1, `${before}T12:00:00Z`),
      ...errorsAt(1, `${before}T12:29:59Z`),
      ...errorsAt(1, `${before}T12:30:00Z`),
      ...errorsAt(2, `${before}T23:41:00Z`),
      ...errorsAt(1, `${before}T23:40:59Z`),
      ...errorsAt(1, `${today}T00:09:00Z`),
    ]);
    const { items } = await read(owner, agent.id);
    expect(items.map(({ date, parts }) => [date, parts.error_burst.score, parts.error_burst.reason])).toEqual([
      [before, 8, "3 errors in the worst 30 minutes of the day."],
      [today, 8, "3 errors in the last 30 minutes."],
    ]);
    app().clock.offsetMs += 45 * MINUTE_MS;
    expect((await read(owner, agent.id, { from: today })).items[0]?.parts.error_burst).toMatchObject({ score: 20 });
    // A day later, the worst half hour of this day began on the day before.
    app().clock.offsetMs += DAY_MS;
    expect((await read(owner, agent.id, { from: today, to: today })).items[0]?.parts.error_burst).toEqual({
      score: 4,
      max: 20,
      reason: "4 errors in the worst 30 minutes of the day.",
    });
  });
});

describe("the score", () => {
  it("has all parts from the sums of the day and of the week before", async () => {
    const today = setClock("12:00:00");
    const { owner, agent } = await aWatched();
    const call = (cost_usd: number, days: number, latency_ms = 1_000) => ({
      event_type: "llm_call",
      status: "success",
      cost_usd,
      latency_ms,
      occurred_at: `${dayBefore(today, days)}T10:00:00Z`,
    });
    const ended = (status: string) => ({ event_type: "run_finished", status, occurred_at: `${today}T11:00:00Z` });
    await send(agent, [
      ...[1, 2, 3, 7, 8].map((days) => call(days === 8 ? 1_000 : 1, days, days === 8 ? 90_000 : 8_000)),
      ...Array.from({ length: 19 }, () => call(0.06, 0, 22_000)),
      call(0.66, 0, 60_000),
      ended("success"),
      ended("success"),
      ended("success"),
      ended("error"),
    ]);
    const { items, history } = await read(owner, agent.id, { from: today });
    expect(history).toEqual({ from: dayBefore(today, 90), days: 90, is_limited: false });
    expect(items).toEqual([
      {
        agent_id: agent.id,
        agent_name: expect.any(String),
        date: today,
        score: 70,
        parts: {
          success_rate: { score: 30, max: 40, reason: "3 of 4 runs succeeded." },
          latency: {
            score: 12.5,
            max: 25,
            reason: "95 % of model calls took up to 22.0 s, 2.8 times the 8.0 s of the 7 days before.",
          },
          error_burst: { score: 20, max: 20, reason: "No error in the last 30 minutes." },
          cost_anomaly: {
            score: 7.5,
            max: 15,
            reason: "$1.80 is above the usual $1.20 of the 7 days before.",
          },
        },
      },
    ]);
  });

  it("of an agent that is silent today is unknown, and that of one that was silent for long is not there", async () => {
    setClock("12:00:00", 40);
    const { owner, agent, workspace } = await aWatched();
    const other = await anAgent(app(), workspace, { name: "Other" });
    const { items: none } = await app().call(listHealth, owner, {});
    expect(none).toEqual([]);
    const at = (days: number) => new Date(Date.now() + app().clock.offsetMs - days * DAY_MS).toISOString();
    await send(agent, [{ event_type: "metric", occurred_at: at(2) }]);
    await send(other, [{ event_type: "metric", occurred_at: at(9) }]);
    const { items } = await app().call(listHealth, owner, {});
    expect(items).toMatchObject([{ agent_id: agent.id, score: null, parts: { error_burst: { score: null } } }]);
    await send(other, [{ event_type: "run_finished", status: "error" }]);
    const first = await app().call(listHealth, owner, { limit: 1 });
    const second = await app().call(listHealth, owner, { limit: 1, cursor: first.next_cursor ?? "" });
    expect([...first.items, ...second.items].map(({ agent_id }) => agent_id)).toEqual([agent.id, other.id].sort());
    expect(second.next_cursor).toBeNull();
  });
});

describe("a tier", () => {
  it.each<[TierName, number, boolean]>([
    ["free", 0, false],
    ["production", 7, false],
    ["pro", 30, true],
  ])("%s shows the health of %s days before today; with the cost: %s", async (tier, days, hasAnomaly) => {
    const today = setClock("12:00:00");
    const { owner, agent } = await aWatched(tier);
    await send(
      agent,
      [0, days, days + 1, 40].map((n) => ({ event_type: "metric", occurred_at: `${dayBefore(today, n)}T01:00:00Z` })),
    );
    const { items, history } = await read(owner, agent.id, { from: dayBefore(today, 100) });
    expect(history).toEqual({ from: dayBefore(today, days), days, is_limited: true });
    expect(items.map(({ date }) => date)).toEqual([...new Set([dayBefore(today, days), today])]);
    for (const { parts } of items) expect("cost_anomaly" in parts).toBe(hasAnomaly);
    const old = await read(owner, agent.id, { from: dayBefore(today, 50), to: dayBefore(today, 40) });
    expect(old).toMatchObject({ items: [], history: { is_limited: true } });
  });
});

it("the overview sums usage since a time, and since its day when the time is older than the minutes", async () => {
  const today = setClock("12:00:00");
  const { owner, agent } = await aWatched();
  const call = (cost_usd: number, days: number, time: string) => ({
    ...{ event_type: "llm_call", status: "success", cost_usd },
    occurred_at: `${dayBefore(today, days)}T${time}Z`,
  });
  const [old, before, late, now] = [
    call(8, 3, "10:00:00"),
    call(1, 1, "10:00:00"),
    call(2, 1, "23:00:00"),
    call(4, 0, "11:00:00"),
  ];
  await send(agent, [old, before, late, now]);
  const since = async (at: string) => (await app().call(getOverview, owner, { since: at })).since;
  const sums = { list_cost_usd: expect.any(Number), unpriced_calls: 0 };
  const noon = `${dayBefore(today)}T12:00:00.000Z`;
  expect(await since(noon)).toEqual({ from: noon, llm_calls: 2, cost_usd: 6, ...sums });
  const midnight = `${dayBefore(today, 3)}T00:00:00.000Z`;
  expect(await since(`${dayBefore(today, 3)}T12:00:00Z`)).toMatchObject({ from: midnight, llm_calls: 4, cost_usd: 15 });
  for (const at of [`${dayBefore(today, 40)}T12:00:00Z`, `${today}T11:59:60Z`])
    expect(await problemOf(since(at))).toMatchObject({ code: "invalid_input" });
});

it("an agent of another workspace is unknown", async () => {
  const [{ owner }, { agent }] = [await aWatched(), await aWatched()];
  expect(await problemOf(read(owner, agent.id))).toMatchObject({ code: "not_found" });
  expect(await problemOf(read(owner, owner.id, { from: "2026-02-02", to: "2026-02-01" }))).toMatchObject({
    code: "not_found",
  });
});
