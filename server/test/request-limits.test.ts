/** Request limits over real surfaces, on several servers of one database, by credential and by network. */
import pg from "pg";
import { afterEach, expect, it, vi } from "vitest";
import type { HttpServer } from "../src/surfaces/http/server.ts";
import { claimTasks } from "../src/tasks/operations/claim-tasks.ts";
import { createTask } from "../src/tasks/operations/create-task.ts";
import { listTasks } from "../src/tasks/operations/list-tasks.ts";
import { createSecondApp, type TestApp, useApp } from "./harness/harness.ts";
import { times } from "./harness/outcomes.ts";
import { anAddress, aScene, type Scene } from "./harness/scene.ts";
import { callTool, createWeb, credentialsOf } from "./harness/web.ts";

const app = useApp();
const LIMITS = { writesPerMinute: 30, readsPerMinute: 60, workPerMinute: 30 };
const open: { served: HttpServer; on: TestApp }[] = [];

/** A server loses its unspent tokens when a slice of ten seconds ends during the test. */
const DROPPED_MAX = LIMITS.workPerMinute / 10;

/** A separate server on the same database, with small limits. */
function aServer(limits = LIMITS, trustedProxies: string[] = []): HttpServer & { clock: TestApp["clock"] } {
  const on = createSecondApp(app(), { requestLimits: limits });
  const served = createWeb(on, { trustedProxies });
  open.push({ served, on });
  return { ...served, clock: on.clock };
}

afterEach(async () => {
  for (const { served, on } of open.splice(0)) {
    await served.app.close();
    await on.close();
  }
});

type Headers = Record<string, string>;
interface Sent {
  headers?: Headers | undefined;
  from: string;
}

const claim = ({ app }: HttpServer, { headers = {}, from }: Sent) =>
  app.inject({ method: "POST", url: "/api/tasks/claim", headers, remoteAddress: from, payload: {} });
const read = ({ app }: HttpServer, { headers = {}, from }: Sent) =>
  app.inject({ url: "/api/tasks", headers, remoteAddress: from });
const count = (answers: readonly { statusCode: number }[], status: number) =>
  answers.filter(({ statusCode }) => statusCode === status).length;

/** The answers, and the most that a limit allows in the elapsed time of the database. */
async function during<T>(limit: number, work: () => Promise<T>): Promise<{ answers: T; most: number }> {
  const clock = async () => Date.parse((await app().admin.query("select bailiwick_now() as now")).rows[0].now);
  const since = await clock();
  const answers = await work();
  return { answers, most: limit + ((await clock()) - since) * (limit / 60_000) };
}

async function anAgentsKey(scene: Scene): Promise<Sent> {
  return { headers: await credentialsOf(scene, "agent"), from: anAddress() };
}

it("two servers together allow each credential as many requests as one server", async () => {
  const servers = [aServer(), aServer()] as const;
  const scene = await aScene(app());
  const callers = await Promise.all(times(8, () => anAgentsKey(scene)));
  const { answers, most } = await during(LIMITS.workPerMinute, () =>
    Promise.all(callers.map((sent) => Promise.all(times(80, (n) => claim(servers[n % 2 ? 1 : 0], sent))))),
  );
  for (const own of answers) {
    expect(count(own, 200) + count(own, 429)).toBe(80);
    expect(count(own, 200)).toBeGreaterThanOrEqual(30 - 2 * DROPPED_MAX);
    expect(count(own, 200)).toBeLessThanOrEqual(most);
  }
});

async function drawsThatWait(): Promise<number> {
  const { rows } = await app().admin.query(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
     and query like '%draw_requests%'`,
  );
  return rows.length;
}

it("two servers that draw at the same moment spend each token once", async () => {
  const [one, two] = [aServer(), aServer()];
  const sent = await anAgentsKey(await aScene(app()));
  const { answers, most } = await during(LIMITS.workPerMinute, async () => {
    const first = await claim(one, sent);
    const held = await app().admin.connect();
    await held.query("begin; select from request_allowances where bucket like 'work credential %' for update");
    const others = times(80, (n) => claim(n % 2 ? one : two, sent));
    await expect
      .poll(drawsThatWait)
      .toBe(2)
      .finally(() => held.query("rollback"));
    held.release();
    return [first, ...(await Promise.all(others))];
  });
  expect(count(answers, 200)).toBeGreaterThanOrEqual(30 - 2 * DROPPED_MAX);
  expect(count(answers, 200)).toBeLessThanOrEqual(most);
});

it("a restarted server does not refill a bucket, and a minute refills it", async () => {
  const [before, after] = [aServer(), aServer()];
  const sent = await anAgentsKey(await aScene(app()));
  const flood = (server: HttpServer) => Promise.all(times(40, () => claim(server, sent)));
  const { answers, most } = await during(LIMITS.workPerMinute, async () => [
    ...(await flood(before)),
    ...(await flood(after)),
  ]);
  expect(count(answers, 200)).toBeLessThanOrEqual(most);
  after.clock.offsetMs += 60_000;
  expect(count(await flood(after), 200)).toBeGreaterThanOrEqual(30 - DROPPED_MAX);
});

it("a network has ten times the limit, for all its callers together", async () => {
  const server = aServer();
  const scene = await aScene(app());
  // Two addresses of one network.
  const [from, neighbour] = [anAddress()].flatMap((one) => [one, one.replace(/::1$/, "::2")]) as [string, string];
  const [another, ...keys] = await Promise.all(times(13, () => credentialsOf(scene, "agent")));
  const { answers, most } = await during(10 * LIMITS.workPerMinute, () =>
    Promise.all(
      keys.flatMap((headers) => times(30, (n) => claim(server, { headers, from: n % 2 ? from : neighbour }))),
    ),
  );
  expect(count(answers, 200)).toBeGreaterThanOrEqual(300 - 10 * DROPPED_MAX);
  expect(count(answers, 200)).toBeLessThanOrEqual(most);
  // One request is refused by the network's limit, the others by the limit of a key.
  const refused = answers.find(({ statusCode, payload }) => statusCode === 429 && payload.includes("your network"));
  expect(refused?.json()).toMatchObject({ code: "rate_limited" });
  expect(refused?.headers["ratelimit-policy"]).toBe('"network-work";q=300;w=60');
  // Another household has a separate limit.
  expect((await claim(server, { headers: another, from: anAddress() })).statusCode).toBe(200);
});

it("a flood without a credential is refused before authentication", async () => {
  const server = aServer({ writesPerMinute: 1, readsPerMinute: 1, workPerMinute: 1 });
  const sent = { headers: { authorization: `Bearer bw_agent_${"x".repeat(43)}` }, from: anAddress() };
  const statements = vi.spyOn(pg.Client.prototype, "query");
  const answers = [];
  for (let number = 0; number < 200; number++) answers.push(await read(server, sent));
  const texts = statements.mock.calls.map(([query]) => String((query as { text?: string }).text ?? query));
  statements.mockRestore();
  expect(count(answers, 401)).toBeGreaterThanOrEqual(10);
  expect(count(answers, 429)).toBeGreaterThan(100);
  expect(count(answers, 401) + count(answers, 429)).toBe(200);
  expect(texts.filter((text) => text.includes("find_key"))).toHaveLength(count(answers, 401));
  // A refusal itself costs no statement either.
  expect(texts.filter((text) => text.includes("draw_requests")).length).toBeLessThanOrEqual(count(answers, 401) + 1);
});

it("behind a trusted proxy the forwarded address is counted, otherwise the proxy's own", async () => {
  const limits = { writesPerMinute: 1, readsPerMinute: 1, workPerMinute: 1 };
  const from = "10.9.8.7";
  const ask = (server: HttpServer, forwarded: string) =>
    Promise.all(times(12, () => read(server, { headers: { "x-forwarded-for": forwarded }, from })));
  const trusting = aServer(limits, [from]);
  for (const forwarded of ["203.0.113.1", "203.0.113.2"]) {
    expect(count(await ask(trusting, forwarded), 401)).toBeGreaterThanOrEqual(10);
  }
  const plain = aServer(limits);
  expect(count(await ask(plain, "203.0.113.3"), 401)).toBeGreaterThanOrEqual(10);
  expect(count(await ask(plain, "203.0.113.4"), 401)).toBeLessThan(10);
});

it("reads and work are counted separately, and every answer has the remaining requests", async () => {
  const server = aServer();
  const sent = await anAgentsKey(await aScene(app()));
  // The test starts at the beginning of a slice, so that drawn tokens are not lost.
  server.clock.offsetMs = 10_000 - (Date.now() % 10_000);
  for (const left of [29, 28, 27]) {
    const { headers } = await claim(server, sent);
    expect(headers["ratelimit-policy"]).toBe('"work";q=30;w=60');
    expect(headers.ratelimit).toBe(`"work";r=${left};t=${(30 - left) * 2}`);
  }
  const more = await Promise.all(times(60, () => claim(server, sent)));
  expect(more.find(({ statusCode }) => statusCode === 429)?.headers.ratelimit).toBe('"work";r=0;t=60');
  const answer = await read(server, sent);
  expect(answer.statusCode).toBe(200);
  expect(answer.headers).toMatchObject({ "ratelimit-policy": '"reads";q=60;w=60', ratelimit: '"reads";r=59;t=1' });
});

it("Retry-After is true", async () => {
  const server = aServer();
  const sent = await anAgentsKey(await aScene(app()));
  const answers = await Promise.all(times(60, () => claim(server, sent)));
  const refused = answers.find(({ statusCode }) => statusCode === 429);
  const seconds = Number(refused?.headers["retry-after"]);
  expect(refused?.json()).toMatchObject({ retry_after_seconds: seconds, next_step: expect.any(String) });
  expect(seconds).toBeLessThanOrEqual(2);
  server.clock.offsetMs += seconds * 1_000;
  expect((await claim(server, sent)).statusCode).toBe(200);
});

it("a tool call counts as its operation, and is refused with a problem", async () => {
  const server = aServer();
  const headers = await credentialsOf(await aScene(app()), "agent");
  const calls = await Promise.all(times(60, () => callTool(server, claimTasks, {}, headers)));
  const refused = calls.find(({ status }) => status === 429);
  expect(refused?.body).toMatchObject({ code: "rate_limited", retry_after_seconds: expect.any(Number) });
  const claims = await Promise.all(times(20, () => claim(server, { headers, from: anAddress() })));
  expect(count(claims, 429)).toBeGreaterThan(0);
  expect((await callTool(server, listTasks, {}, headers)).status).toBe(200);
});

it("a tool call with a large body counts several times for its key, as over REST", async () => {
  const server = aServer({ writesPerMinute: 100, readsPerMinute: 100, workPerMinute: 100 });
  const scene = await aScene(app());
  const [over, by] = [await credentialsOf(scene, "agent"), await credentialsOf(scene, "agent")];
  const input = { title: "Large", assigned_to_agent_id: scene.agent.id, input: { text: "x".repeat(30 * 1024) } };
  const statuses = async (send: () => Promise<number>) => {
    const all = [];
    for (let index = 0; index < 60; index++) all.push(await send());
    return all.filter((status) => status !== 429).length;
  };
  const mcp = await statuses(async () => (await callTool(server, createTask, input, over)).status);
  const rest = await statuses(async () => {
    const from = anAddress();
    const sent = { method: "POST", url: "/api/tasks", headers: by, remoteAddress: from, payload: input } as const;
    return (await server.app.inject(sent)).statusCode;
  });
  // Each call weighs two tokens; the bucket refills meanwhile.
  for (const passed of [mcp, rest]) {
    expect(passed).toBeGreaterThanOrEqual(45);
    expect(passed).toBeLessThan(60);
  }
});

it("a long poll counts as one request", async () => {
  const server = aServer({ writesPerMinute: 1, readsPerMinute: 1, workPerMinute: 1 });
  const sent = await anAgentsKey(await aScene(app()));
  const waited = await server.app.inject({
    method: "POST",
    url: "/api/tasks/claim",
    headers: sent.headers ?? {},
    remoteAddress: sent.from,
    payload: { wait_seconds: 1 },
  });
  expect(waited.statusCode).toBe(200);
  expect(waited.headers.ratelimit).toBe('"work";r=0;t=60');
});
