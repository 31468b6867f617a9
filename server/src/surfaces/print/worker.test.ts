/** The worker of the SDK against the real server. */
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Client,
  createClient,
  Escalation,
  type Handler,
  Question,
  type WorkOptions,
  work,
} from "../../../../sdk/src/index.ts";
import { aWorkspace, type TestWorkspace, useApp } from "../../../test/harness/harness.ts";
import { createWeb } from "../../../test/harness/web.ts";
import { createAgent } from "../../agents/operations/create-agent.ts";
import { createKey } from "../../keys/operations/create-key.ts";
import { answerTask } from "../../tasks/operations/answer-task.ts";
import type { HttpServer } from "../http/server.ts";

const app = useApp();
let http: HttpServer;
let url: string;
let workspace: TestWorkspace;

beforeAll(async () => {
  http = createWeb(app());
  await http.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has such an address.
  url = `http://127.0.0.1:${(http.app.server.address() as AddressInfo).port}`;
  workspace = await aWorkspace(app());
});

afterAll(async () => {
  http.tools.waiting.endAll();
  await http.app.close();
});

/** An agent with one queued task. */
async function aWorker(input?: unknown) {
  const { owner } = workspace;
  const { id: agent } = await app().call(createAgent, owner, { name: "Worker" });
  const { key } = await app().call(createKey, owner, { kind: "agent", name: "Worker", agent_id: agent });
  const client = createClient({ url, key });
  const { id } = await client.tasks.create({ title: "Work", assigned_to_agent_id: agent, input });
  return { agent, key, id, client, task: () => client.tasks.get({ id }) };
}

/** Works until the task has this status. */
async function workUntil(
  status: string,
  { client, task }: { client: Client; task: Awaited<ReturnType<typeof aWorker>>["task"] },
  handler: Handler,
  options: WorkOptions = {},
) {
  const stop = new AbortController();
  const errors: unknown[] = [];
  const onError = (error: unknown) => errors.push(error);
  const working = work(client, handler, { wait_seconds: 5, onError, ...options, signal: stop.signal });
  try {
    await expect.poll(async () => (await task()).status, { timeout: 20_000 }).toBe(status);
  } finally {
    stop.abort();
    await working;
  }
  const after = await task();
  const last = after.events.at(-1);
  // Only the event by itself has a long payload whole.
  const lastEvent = last && (await client.tasks.getEvent({ id: after.id, event_id: last.id }));
  return { errors, after, lastEvent };
}

test("a result with NUL and half of a pair is kept, with U+FFFD in their place", async () => {
  const worker = await aWorker();
  const output = { "na\0me": [{ text: "NUL \0, half \ud83d, whole \u{1f600}", big: 1e308 }] };
  const { after, errors } = await workUntil("completed", worker, async () => output);
  expect(after.output).toEqual({ "na\uFFFDme": [{ text: "NUL \uFFFD, half \uFFFD, whole \u{1f600}", big: "1e+308" }] });
  expect(errors).toEqual([]);
});

test.each([
  ["300 KB of text", { log: "é".repeat(150_000) }, "The document has 300010 bytes, and the limit is 262144."],
  [
    "a list that is too large only as it is stored",
    Array.from({ length: 18_000 }, () => 1_234_567_890_123),
    "larger than",
  ],
  ["20,001 values", Array.from({ length: 20_001 }, () => 1), "too many values"],
  ["70 levels", JSON.parse("[".repeat(70) + "]".repeat(70)) as unknown, "64 levels"],
])("a result with %s becomes a note, and the program learns of it", async (_what, output, why) => {
  const json = JSON.stringify(output);
  const { after, errors } = await workUntil("completed", await aWorker(), async () => output);
  expect(after.output).toEqual({
    note: expect.stringContaining(why),
    bytes: Buffer.byteLength(json),
    beginning: json.slice(0, 2_000),
  });
  expect(errors).toEqual([expect.objectContaining({ message: expect.stringContaining(why) })]);
});

test("progress that the server cannot keep does not stop the handler", async () => {
  const { after } = await workUntil("completed", await aWorker(), async (_task, { progress, signal }) => {
    await progress({ line: "\0\ud83d" });
    await progress({ line: "x".repeat(300_000) });
    await progress({ list: Array.from({ length: 20_001 }, () => 1) });
    await progress({ amount: 1n });
    return { isStopped: signal.aborted };
  });
  expect(after.output).toEqual({ isStopped: false });
  const reported = after.events.filter(({ event_type }) => event_type === "progress").map(({ payload }) => payload);
  expect(reported).toMatchObject([
    { line: "\uFFFD\uFFFD" },
    { note: expect.stringContaining("300011 bytes"), bytes: 300_011 },
    { note: expect.stringContaining("too many values") },
  ]);
});

test.each([
  ["NUL and half of a pair", "a\0b\ud83d", "a\uFFFDb\uFFFD"],
  ["a pair at the limit of the length", `${"x".repeat(1_999)}\u{1f600}y`, "x".repeat(1_999)],
])("an error with %s fails the task with its text", async (_what, message, reason) => {
  const { lastEvent, errors } = await workUntil("failed", await aWorker(), async () => {
    throw new Error(message);
  });
  expect(lastEvent).toMatchObject({ event_type: "failed", payload: { reason } });
  expect(errors).toEqual([]);
});

test("an escalation with NUL and a long text escalates the task", async () => {
  const { after, lastEvent } = await workUntil("blocked", await aWorker(), async () => {
    throw new Escalation(`\0${"x".repeat(1_998)}\u{1f600}`);
  });
  expect(after.blocked_reason).toMatchObject({ code: "waiting_for_person" });
  expect(JSON.stringify(lastEvent?.payload)).toContain(`\uFFFD${"x".repeat(1_998)}"`);
});

test("a handler that asks gets its task again with the answer", async () => {
  const worker = await aWorker();
  const handler: Handler = async ({ question, answer }) => {
    if (answer === undefined) throw new Question("Which rate?", ["7 %", "19 %"]);
    return { question, answer };
  };
  const stop = new AbortController();
  const working = work(worker.client, handler, { wait_seconds: 5, signal: stop.signal });
  await expect.poll(async () => (await worker.task()).status, { timeout: 20_000 }).toBe("blocked");
  expect((await worker.task()).blocked_reason).toMatchObject({ reason: "Which rate?", options: ["7 %", "19 %"] });
  await app().call(answerTask, workspace.owner, { id: worker.id, answer: "7 %" });
  await expect.poll(async () => (await worker.task()).status, { timeout: 20_000 }).toBe("completed");
  stop.abort();
  await working;
  expect((await worker.task()).output).toEqual({ question: "Which rate?", answer: "7 %" });
});

test("a stopped worker lets a handler finish, then releases what still runs, with no attempt used", async () => {
  const worker = await aWorker();
  const { id } = await worker.client.tasks.create({ title: "Endless", assigned_to_agent_id: worker.agent });
  const stop = new AbortController();
  const reasons: unknown[] = [];
  let begun = 0;
  const handler: Handler = async (task, { signal }) => {
    if (++begun === 2) stop.abort();
    if (task.id === id) {
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      reasons.push(signal.reason);
      return "too late";
    }
    await expect.poll(() => stop.signal.aborted).toBe(true);
    return "in time";
  };
  const options = { signal: stop.signal, graceMs: 2_000, wait_seconds: 5, concurrency: 2 };
  await work(worker.client, handler, options);
  expect(await worker.task()).toMatchObject({ status: "completed", output: "in time" });
  const after = await worker.client.tasks.get({ id });
  expect(after).toMatchObject({ status: "queued", output: null });
  expect(after.events.map(({ event_type }) => event_type)).toEqual(["created", "started", "released"]);
  expect(reasons).toMatchObject([{ name: "TaskStopped", why: "stopping" }]);
});

test("a claim whose answer the stop cuts off is handed back", async () => {
  const { key, task } = await aWorker();
  const stop = new AbortController();
  /** The server gives the task, and the answer is lost. */
  const cutOff: typeof fetch = async (address, init) => {
    const response = await fetch(address, { ...init, signal: null });
    if (!String(address).endsWith("/claim") || stop.signal.aborted) return response;
    stop.abort();
    throw new TypeError("fetch failed");
  };
  const client = createClient({ url, key, fetch: cutOff });
  await work(client, async () => "not reached", { signal: stop.signal });
  const { status, events } = await task();
  expect(status).toBe("queued");
  expect(events.map(({ event_type }) => event_type)).toEqual(["created", "started", "released"]);
});
