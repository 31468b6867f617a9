/** The allowance for the work of agents: larger than that for writes, one for each key and one for each workspace. */
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { createClient, work } from "../../sdk/src/index.ts";
import { createKey } from "../src/keys/operations/create-key.ts";
import { REQUEST_LIMITS } from "../src/limits/rules.ts";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { heartbeatTask } from "../src/tasks/operations/heartbeat-task.ts";
import { TIERS } from "../src/tiers/tiers.ts";
import { aRunningTask, aTask } from "./harness/builders.ts";
import { createSecondApp, type TestApp, useApp } from "./harness/harness.ts";
import { times } from "./harness/outcomes.ts";
import { anAddress, aScene, type Scene } from "./harness/scene.ts";
import { callTool, createWeb, credentialsOf } from "./harness/web.ts";

const app = useApp();
const open: { served: HttpServer; on: TestApp }[] = [];

function aServer(limits = { writesPerMinute: 10, readsPerMinute: 10, workPerMinute: 60 }): HttpServer {
  const on = createSecondApp(app(), { requestLimits: limits });
  const served = createWeb(on, {});
  open.push({ served, on });
  return served;
}

afterEach(async () => {
  for (const { served, on } of open.splice(0)) {
    served.tools.waiting.endAll();
    await served.app.close();
    await on.close();
  }
});

type Headers = Record<string, string>;

function post({ app }: HttpServer, path: string, headers: Headers, payload: object = {}) {
  return app.inject({ method: "POST", url: `/api${path}`, headers, remoteAddress: anAddress(), payload });
}

const claim = (server: HttpServer, headers: Headers) => post(server, "/tasks/claim", headers);
const create = (server: HttpServer, { agent }: Scene, headers: Headers) =>
  post(server, "/tasks", headers, { title: "One", assigned_to_agent_id: agent.id });
const refused = (answers: readonly { statusCode: number }[]) =>
  answers.filter(({ statusCode }) => statusCode === 429).length;

it("an agent that has used its writes still does its tasks, and its creates are refused", async () => {
  const server = aServer();
  const scene = await aScene(app());
  const headers = await credentialsOf(scene, "agent");
  const { id, fence } = await aRunningTask(app(), scene.owner, scene.agent);
  const created = await Promise.all(times(30, () => create(server, scene, headers)));
  expect(refused(created)).toBeGreaterThanOrEqual(10);
  const steps = [
    await claim(server, headers),
    await post(server, `/tasks/${id}/heartbeat`, headers, { fence }),
    await post(server, `/tasks/${id}/events`, headers, { fence, type: "progress", payload: {} }),
    await post(server, `/tasks/${id}/complete`, headers, { fence }),
  ];
  expect(steps.map(({ statusCode }) => statusCode < 300)).toEqual([true, true, true, true]);
  expect(steps[0]?.headers["ratelimit-policy"]).toBe('"work";q=60;w=60');
  expect((await create(server, scene, headers)).headers["ratelimit-policy"]).toBe('"writes";q=10;w=60');
  const tool = await callTool(server, heartbeatTask, { id, fence }, headers);
  expect(tool.status).not.toBe(429);
});

it("a step of a person is a write", async () => {
  const server = aServer();
  const scene = await aScene(app());
  const headers = await credentialsOf(scene, "owner");
  const { id } = await aRunningTask(app(), scene.owner, scene.agent);
  const completed = await post(server, `/tasks/${id}/complete`, headers);
  expect(completed.headers["ratelimit-policy"]).toBe('"writes";q=10;w=60');
});

it("a key that claims without an end is refused alone: other keys and other workspaces go on", async () => {
  const server = aServer();
  const [scene, another] = [await aScene(app()), await aScene(app())];
  const hostile = await credentialsOf(scene, "agent");
  expect(refused(await Promise.all(times(200, () => claim(server, hostile))))).toBeGreaterThan(100);
  const { key } = await app().call(createKey, scene.owner, { kind: "agent", name: "B", agent_id: scene.other.id });
  const others = [{ authorization: `Bearer ${key}` }, await credentialsOf(another, "agent")];
  for (const headers of others) {
    expect(refused(await Promise.all(times(20, () => claim(server, headers))))).toBe(0);
  }
});

it("all keys of a workspace together have the work of its tier, and other workspaces go on", async () => {
  const server = aServer();
  const [scene, another] = [await aScene(app()), await aScene(app())];
  const [headers, theirs] = [await credentialsOf(scene, "agent"), await credentialsOf(another, "agent")];
  // Nothing is refilled before the time of the last refill.
  await app().admin.query(
    "insert into request_allowances (bucket, tokens, lent, refilled_at) values ($1, 0, 0, bailiwick_now() + interval '50 s')",
    [`work workspace ${scene.workspace.id}`],
  );
  const answers = await Promise.all(times(4, () => claim(server, headers)));
  const answer = answers.find(({ statusCode }) => statusCode === 429);
  expect(answer?.json()).toMatchObject({
    code: "rate_limited",
    detail: expect.stringContaining("of this workspace are used up"),
    retry_after_seconds: expect.any(Number),
  });
  const { rows } = await app().admin.query("select tier_name from workspaces where workspace_id = $1", [
    scene.workspace.id,
  ]);
  // The column has names of tiers only.
  const { work_per_minute } = TIERS[rows[0].tier_name as keyof typeof TIERS];
  expect(answer?.headers["ratelimit-policy"]).toBe(`"workspace-work";q=${work_per_minute};w=60`);
  expect((await claim(server, theirs)).statusCode).toBe(200);
});

it("a worker of the SDK does 1,000 short tasks without a refusal, under the default limits", async () => {
  const server = aServer(REQUEST_LIMITS);
  const refusals: string[] = [];
  server.app.addHook("onSend", async ({ url }, { statusCode }) => void (statusCode === 429 && refusals.push(url)));
  await server.app.listen({ port: 0, host: "127.0.0.1" });
  const scene = await aScene(app());
  for (let made = 0; made < 1_000; made += 50) {
    await Promise.all(times(50, () => aTask(app(), scene.owner, scene.agent)));
  }
  const headers = await credentialsOf(scene, "agent");
  // A server that listens on TCP has such an address.
  const url = `http://127.0.0.1:${(server.app.server.address() as AddressInfo).port}`;
  const client = createClient({ url, key: headers.authorization?.replace("Bearer ", "") });
  const stop = new AbortController();
  const errors: unknown[] = [];
  let done = 0;
  const handler = async () => {
    if (++done === 1_000) stop.abort();
  };
  const options = { concurrency: 8, wait_seconds: 1, signal: stop.signal };
  await work(client, handler, { ...options, onError: (error) => errors.push(error) });
  expect({ done, refusals, errors }).toEqual({ done: 1_000, refusals: [], errors: [] });
  const { rows } = await app().admin.query(
    "select status, count(*)::int as tasks from tasks where workspace_id = $1 group by status",
    [scene.workspace.id],
  );
  expect(rows).toEqual([{ status: "completed", tasks: 1_000 }]);
}, 180_000);
