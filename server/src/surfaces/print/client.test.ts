/** The printed client against the real server: a person, an agent, its worker and the live feed. */
import type { AddressInfo } from "node:net";
import pino from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { BailiwickError, type Client, createClient, work } from "../../../../sdk/src/index.ts";
import { aWorkspace, type TestWorkspace, useApp } from "../../../test/harness/harness.ts";
import { createAgent } from "../../agents/operations/create-agent.ts";
import { createKey } from "../../keys/operations/create-key.ts";
import { cancelTask } from "../../tasks/operations/cancel-task.ts";
import { liveFeed } from "../events/live.ts";
import { createHttp, type HttpServer } from "../http/server.ts";

const app = useApp();
let http: HttpServer;
let url: string;
let workspace: TestWorkspace;
let agent: { id: string; client: Client };

beforeAll(async () => {
  const { operations, dispatcher, authenticate, allowances, env, db, signals } = app();
  http = createHttp({
    operations,
    dispatcher,
    authenticate,
    allowances,
    env,
    log: pino({ level: "silent" }),
    acceptsLoopback: true,
    trustedProxies: [],
    extensions: [liveFeed({ db, signals })],
  });
  await http.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has such an address.
  url = `http://127.0.0.1:${(http.app.server.address() as AddressInfo).port}`;
  workspace = await aWorkspace(app());
  agent = await anAgent("Worker");
});

afterAll(async () => {
  http.tools.waiting.endAll();
  await http.app.close();
});

async function anAgent(name: string): Promise<{ id: string; client: Client }> {
  const { id } = await app().call(createAgent, workspace.owner, { name });
  const { key } = await app().call(createKey, workspace.owner, { kind: "agent", name, agent_id: id });
  return { id, client: createClient({ url, key }) };
}

test("a task goes from its creation to its result", async () => {
  const { client, id } = agent;
  const created = await client.tasks.create({ title: "Read it", assigned_to_agent_id: id, input: { page: 1 } });
  expect(created).toMatchObject({ status: "queued", input: { page: 1 } });
  const { items } = await client.tasks.claim({ lease_seconds: 30 });
  expect(items.map((task) => task.id)).toEqual([created.id]);
  const done = await client.tasks.complete({ id: created.id, fence: items[0]?.fence, output: "read" });
  expect(done).toMatchObject({ status: "completed", output: "read" });
  expect(await client.tasks.get({ id: created.id })).toMatchObject({ output: "read", chain: [{ title: "Read it" }] });
  expect((await client.tasks.list({ status: "completed", limit: 1 })).items).toHaveLength(1);
});

test("a refusal says what REST says", async () => {
  const refused = agent.client.tasks.create({ title: "", assigned_to_agent_id: agent.id });
  await expect(refused).rejects.toBeInstanceOf(BailiwickError);
  await expect(refused).rejects.toMatchObject({ code: "invalid_input", status: 400, nextStep: undefined });
  await expect(agent.client.agents.create({ name: "x" })).rejects.toMatchObject({ code: "forbidden", status: 403 });
  await expect(createClient({ url, key: "bw_wrong" }).auth.me()).rejects.toMatchObject({ code: "unauthenticated" });
});

test("a repeat under one key runs once", async () => {
  const input = { title: "Once", assigned_to_agent_id: agent.id };
  const call = { idempotencyKey: "only-once" };
  const [first, second] = [await agent.client.tasks.create(input, call), await agent.client.tasks.create(input, call)];
  expect(second).toEqual(first);
  await agent.client.tasks.cancel({ id: first.id });
});

test("a worker does what it is given and says how it went", async () => {
  const { id, client } = await anAgent("Busy");
  const titles = ["good", "bad", "odd"];
  for (const title of titles) await client.tasks.create({ title, assigned_to_agent_id: id });
  const stop = new AbortController();
  const working = work(
    client,
    async ({ title }, { progress }) => {
      await progress({ seen: title });
      if (title === "bad") throw new Error("No luck.");
      return { title };
    },
    { signal: stop.signal, concurrency: 2, wait_seconds: 5 },
  );
  const ends = async () => {
    const { items } = await client.tasks.list({ assigned_to_agent_id: id });
    return new Set(items.map(({ title, status }) => `${title} ${status}`));
  };
  await expect.poll(ends).toEqual(new Set(["good completed", "bad failed", "odd completed"]));
  stop.abort();
  await working;
  const { items } = await client.tasks.list({ assigned_to_agent_id: id, q: "good" });
  const { events, output } = await client.tasks.get({ id: items[0]?.id ?? "" });
  expect(output).toEqual({ title: "good" });
  expect(events.map(({ event_type }) => event_type)).toEqual(["created", "started", "progress", "completed"]);
});

test("a canceled task stops its handler", async () => {
  const { id, client } = await anAgent("Stopped");
  const task = await client.tasks.create({ title: "Long", assigned_to_agent_id: id });
  const stop = new AbortController();
  let reason: unknown;
  const errors: unknown[] = [];
  const working = work(
    client,
    (_task, { signal }) =>
      new Promise((resolve) => {
        void app().call(cancelTask, workspace.owner, { id: task.id, reason: "Not wanted." });
        signal.addEventListener("abort", () => {
          reason = signal.reason;
          stop.abort();
          resolve("late");
        });
      }),
    { signal: stop.signal, lease_seconds: 5, onError: (error) => errors.push(error) },
  );
  await working;
  expect(reason).toBeInstanceOf(Error);
  expect(errors).toEqual([]);
  const after = await client.tasks.get({ id: task.id });
  expect(after).toMatchObject({ status: "canceled", output: null });
});

test("the live feed tells what happens and goes on where it was", async () => {
  const seen: string[] = [];
  const feed = agent.client.live({ type: "task." });
  const first = feed.next();
  await expect.poll(() => http.tools.waiting.count()).toBeGreaterThan(0);
  const created = await agent.client.tasks.create({ title: "Seen", assigned_to_agent_id: agent.id });
  const { value } = await first;
  expect(value).toMatchObject({ event: "fact", data: { type: "task.created", subject: { id: created.id } } });
  await feed.return(undefined);
  await agent.client.tasks.cancel({ id: created.id });
  for await (const event of agent.client.live({ type: "task.", lastEventId: value?.id })) {
    if (event.event === "fact") seen.push(event.data.type);
    break;
  }
  expect(seen).toEqual(["task.canceled"]);
});
