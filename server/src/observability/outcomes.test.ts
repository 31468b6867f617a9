/** Commits, pull requests, lines and active time: each point and event counts once, and completed tasks have a cost. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aRunningTask, aTask } from "../../test/harness/builders.ts";
import { createSecondApp, type TestApp, useApp } from "../../test/harness/harness.ts";
import { aScene, type Scene } from "../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../test/harness/web.ts";
import type { HttpServer } from "../surfaces/http/server.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { ingestEvents } from "./operations/ingest-events.ts";
import { ingestOtlp } from "./operations/ingest-otlp.ts";
import { summarizeOutcomes } from "./operations/summarize-outcomes.ts";
import { advance } from "./outcome-rules.ts";

const app = useApp();
let web: HttpServer;
let second: TestApp;
beforeAll(() => {
  web = createWeb(app());
  second = createSecondApp(app());
});
afterAll(async () => {
  await second.close();
  await web.close();
});

const NOW = Date.now() - 60_000;
const nanos = (ms: number) => `${NOW + ms}000000`;
const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });

interface Sent {
  name?: string;
  value: number;
  at: number;
  start?: number;
  type?: string;
  isDelta?: boolean;
}

/** A metric as Claude Code exports it. */
function request(points: readonly Sent[], task?: string) {
  const metrics = points.map(({ name = "claude_code.commit.count", value, at, start = 0, type, isDelta }) => ({
    name,
    sum: {
      aggregationTemporality: isDelta ? 1 : 2,
      isMonotonic: true,
      dataPoints: [
        {
          startTimeUnixNano: nanos(start),
          timeUnixNano: nanos(at),
          asDouble: value,
          attributes: [attribute("session.id", "s"), ...(type ? [attribute("type", type)] : [])],
        },
      ],
    },
  }));
  const attributes = task === undefined ? [] : [attribute("bailiwick.task.id", task)];
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ metrics }] }] };
}

async function send(scene: Scene, points: readonly Sent[], task?: string) {
  const answer = await web.app.inject({
    method: "POST",
    url: "/otlp/v1/metrics",
    headers: await credentialsOf(scene, "agent"),
    payload: request(points, task),
  });
  expect(answer.statusCode).toBe(200);
  return answer.json();
}
const totalOf = async ({ owner }: Scene) => (await app().call(summarizeOutcomes, owner, {})).total;

describe("metrics", () => {
  it("of differences count once, in any order and however often they are sent", async () => {
    const scene = await aScene(app());
    const task = await aTask(app(), scene.owner, scene.agent);
    const points: Sent[] = [
      { value: 2, at: 10, isDelta: true },
      { value: 3, at: 20, start: 10, isDelta: true },
      { name: "claude_code.lines_of_code.count", type: "added", value: 40, at: 10, isDelta: true },
      { name: "claude_code.lines_of_code.count", type: "removed", value: 7, at: 10, isDelta: true },
      { name: "claude_code.pull_request.count", value: 1, at: 10, isDelta: true },
      { name: "claude_code.active_time.total", type: "cli", value: 3.057, at: 10, isDelta: true },
      { name: "claude_code.cost.usage", value: 9, at: 10, isDelta: true },
      { name: "claude_code.token.usage", value: 9, at: 10, isDelta: true },
    ];
    for (const part of [points.slice(3), points, points.toReversed()])
      expect(await send(scene, part, task.id)).toEqual({});
    const expected = { commits: 5, pull_requests: 1, lines_added: 40, lines_removed: 7, active_seconds: 3.057 };
    expect(await totalOf(scene)).toEqual(expected);
    const { items } = await app().call(summarizeOutcomes, scene.agent, { group_by: "task" });
    expect(items).toEqual([{ key: task.id, name: task.title, ...expected }]);
  });

  it("of totals count with their differences, also at once, late, repeated and after a new start", async () => {
    const scene = await aScene(app());
    const totals = [1, 4, 4, 9].map((value, n) => ({ value, at: 10 * (n + 1) }));
    await Promise.all([...totals, ...totals].map((one) => send(scene, [one])));
    expect(await totalOf(scene)).toMatchObject({ commits: 9 });
    await send(scene, [{ value: 2, at: 60, start: 50 }]);
    await send(scene, [{ value: 5, at: 70, start: 50 }]);
    expect(await totalOf(scene)).toMatchObject({ commits: 14 });
    await send(scene, [{ value: 100, at: 30 }]);
    expect(await totalOf(scene)).toMatchObject({ commits: 14 });
  });

  it.each([
    ["repeat", { last_ms: 5, value: 8, started_ms: 1 }, 0],
    ["growth", { last_ms: 6, value: 9, started_ms: 1 }, 1],
    ["fall", { last_ms: 6, value: 3, started_ms: 1 }, 3],
    ["new start", { last_ms: 6, value: 9, started_ms: 6 }, 9],
  ])("of totals: a %s", (_kind, point, added) => {
    expect(advance({ last_ms: 5, value: 8, started_ms: 1 }, point).added).toBe(added);
  });

  it("of a foreign task, of no task and of a bad time are refused or left out, and never fail the request", async () => {
    const [scene, stranger] = [await aScene(app()), await aScene(app())];
    const foreign = await aTask(app(), stranger.owner, stranger.agent);
    const one: Sent = { value: 1, at: 10, isDelta: true };
    expect(await send(scene, [one], foreign.id)).toMatchObject({ partialSuccess: { rejectedDataPoints: "1" } });
    expect(await send(scene, [{ ...one, at: 1e12 }])).toMatchObject({ partialSuccess: { rejectedDataPoints: "1" } });
    expect(
      await send(scene, [
        { ...one, value: -1 },
        { ...one, value: 1e300 },
        { ...one, name: "x" },
      ]),
    ).toEqual({});
    await send(scene, [one], "no id");
    expect(await totalOf(scene)).toMatchObject({ commits: 1 });
    expect(await totalOf(stranger)).toMatchObject({ commits: 0 });
  });
});

describe("events", () => {
  it("with outcomes in their payload count once", async () => {
    const { agent, owner } = await aScene(app());
    const event = {
      event_type: "tool_result",
      status: "success",
      payload: { outcomes: { commits: 2, lines_added: "x" } },
    };
    await app().call(ingestEvents, agent, {
      events: [
        { ...event, dedupe_key: "a" },
        { ...event, dedupe_key: "a" },
      ],
    });
    await second.call(ingestEvents, agent, { ...event, dedupe_key: "a" });
    await app().call(ingestEvents, agent, { event_type: "metric", payload: { outcomes: "many" } });
    const { items } = await app().call(summarizeOutcomes, owner, { group_by: "day" });
    expect(items).toMatchObject([{ commits: 2, lines_added: 0 }]);
  });
});

it("a completed task costs what all tasks cost, divided by the completed ones", async () => {
  const { owner, agent } = await aScene(app());
  const tasks = [];
  for (let n = 0; n < 3; n++) tasks.push(await aRunningTask(app(), owner, agent));
  const call = { event_type: "llm_call", model: "m", cost_usd: 1 };
  await app().call(ingestEvents, agent, { events: tasks.map(({ id }) => ({ ...call, task_id: id })) });
  expect(await app().call(summarizeOutcomes, owner, {})).toMatchObject({
    costed_tasks: 3,
    completed_tasks: 0,
    cost_per_completed_task_usd: null,
  });
  for (const { id, fence } of tasks.slice(0, 2)) await app().call(completeTask, agent, { id, fence });
  expect(await app().call(summarizeOutcomes, owner, {})).toMatchObject({
    completed_tasks: 2,
    cost_of_tasks_usd: 3,
    cost_per_completed_task_usd: 1.5,
  });
});

it("no agent reports outcomes of another", async () => {
  const { agent, other } = await aScene(app());
  const point = { name: "commits" as const, is_delta: true, series: "s", started_ms: 0, last_ms: NOW, value: 1 };
  const answer = await app().call(ingestOtlp, agent, { events: [], points: [{ ...point, agent_id: other.id }] });
  expect(answer).toMatchObject({ accepted: 0, rejected: [{ reason: "agent_id is not the agent of this key." }] });
});
