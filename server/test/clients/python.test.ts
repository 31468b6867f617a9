/** The Python client against the real server, and against a server that refuses as a test says. */
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cancelTask } from "../../src/tasks/operations/cancel-task.ts";
import { aTask } from "../harness/builders.ts";
import { isInstalled, useClientServer } from "../harness/client-server.ts";

const server = useClientServer();
const put = (name: string, text: string) => writeFileSync(join(server().folder, name), text);

async function python(name: string, program: string, env: Record<string, string>): Promise<unknown> {
  put(name, `import json, sys, threading, time\nfrom bailiwick import *\n${program}`);
  return JSON.parse(await server().run("python3", [name], env));
}

interface Received {
  path: string;
  key: string | undefined;
  body: Record<string, unknown>;
}

type Answer = [status: number, body: unknown, headers?: Record<string, string>];

/** The request of this answer waits until the connection is closed. */
const NEVER: Answer = [0, undefined];

/** Sends the answers of each path in their order, and then the last one again. */
class FakeServer {
  readonly received: Received[] = [];
  readonly #answers: Record<string, Answer[]>;
  readonly #http = createServer((request, response) => void this.#answer(request, response));

  constructor(answers: Record<string, Answer[]>) {
    this.#answers = answers;
  }

  async listen(): Promise<Record<string, string>> {
    await new Promise<void>((resolve) => this.#http.listen(0, "127.0.0.1", resolve));
    open.push(this);
    // A server that listens on TCP has an address of this form.
    return { BAILIWICK_URL: `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`, BAILIWICK_KEY: "key" };
  }

  close(): void {
    this.#http.close();
    this.#http.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = (await request.toArray()).join("");
    const path = request.url ?? "";
    const key = request.headers["idempotency-key"];
    this.received.push({ path, key: typeof key === "string" ? key : undefined, body: text ? JSON.parse(text) : {} });
    const left = this.#answers[path] ?? [];
    const [status, body, headers] = (left.length > 1 ? left.shift() : left[0]) ?? [404, problem("not_found", 404)[1]];
    if (status > 0)
      response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  }
}

const open: FakeServer[] = [];
afterAll(() => {
  for (const fake of open) fake.close();
});

const problem = (code: string, status = 409, headers = {}) =>
  [status, { code, status, detail: `It is ${code}.` }, headers] as Answer;
const task = (fence: number) => ({ id: "t", title: "T", fence, input: null });
const NONE: Answer = [200, { items: [], skipped: [] }];
const BEAT: Answer = [200, { cancel_requested: false }];

describe.runIf(isInstalled("python3"))("the Python client", () => {
  beforeAll(async () => put("bailiwick.py", await (await fetch(`${server().url}/bailiwick.py`)).text()));

  test("calls operations by their names, and raises the problem of a refusal", async () => {
    const { actor, env } = await server().agent("Caller");
    const program = `
client = Client()
made = client.tasks.create(title="a\\0b", assigned_to_agent_id="${actor.id}", input={"n": float("nan"), "big": 10**50})
listed = client.tasks.list(status="queued", limit=1)
try:
    client.agents.create(name="x")
except BailiwickError as error:
    print(json.dumps([made["title"], made["input"], len(listed["items"]), error.code, error.status, error.is_transient]))`;
    const [title, input, ...rest] = (await python("calls.py", program, env)) as unknown[];
    expect([title, input]).toEqual(["a\uFFFDb", { n: null, big: `1${"0".repeat(50)}` }]);
    expect(rest).toEqual([1, "forbidden", 403, false]);
  });

  test("repeats a command under one idempotency key, after the time that the server gives", async () => {
    const fake = new FakeServer({
      "/api/tasks": [problem("unavailable", 503, { "retry-after": "1" }), problem("in_flight"), [201, { id: "t" }]],
    });
    const program = `
start = time.monotonic()
made = Client().tasks.create(title="x")
print(json.dumps([made["id"], time.monotonic() - start >= 1]))`;
    expect(await python("repeats.py", program, await fake.listen())).toEqual(["t", true]);
    const keys = fake.received.map(({ key }) => key);
    expect(keys).toHaveLength(3);
    expect(new Set(keys)).toEqual(new Set([expect.stringMatching(/^\w{32}$/)]));
  });

  test("waits for its request limit as long as the server says, and up to the time that the caller gives", async () => {
    const busy = (seconds: string) => problem("rate_limited", 429, { "retry-after": seconds });
    const fake = new FakeServer({
      "/api/tasks": [busy("2"), [201, { id: "t" }]],
      "/api/tasks/claim": [busy("900")],
    });
    const program = `
import bailiwick
bailiwick.RETRY_FOR_SECONDS = 1
client = Client()
made = client.call("tasks.create", {"title": "T", "assigned_to_agent_id": "a"})["id"]
try: client.call("tasks.claim", {}, retry_for=5)
except BailiwickError as error: print(json.dumps([made, error.code]))`;
    expect(await python("limited.py", program, await fake.listen())).toEqual(["t", "rate_limited"]);
    expect(fake.received).toHaveLength(3);
  });

  test("completes tasks, fails one with its reason, and keeps a note of a result that is too large", async () => {
    const { scene, task, agent } = server();
    const { actor, env } = await agent("Busy");
    const titles = ["good", "bad", "large"];
    const ids = await Promise.all(
      titles.map(async (title) => (await aTask(scene.app, scene.owner, actor, { title })).id),
    );
    const program = `
stop, ends, faults = threading.Event(), [], []
def handle(task, context):
    ends.append(task["title"])
    if len(ends) == 3: stop.set()
    context.progress({"seen": task["title"]})
    if task["title"] == "bad": raise ValueError("No luck.")
    return "x" * 300_000 if task["title"] == "large" else {"ok": True}
work(Client(), handle, stop=stop, concurrency=2, lease_seconds=30, on_error=lambda error: faults.append(str(error)))
print(json.dumps(faults))`;
    expect(await python("busy.py", program, env)).toEqual([expect.stringContaining("The result is not kept.")]);
    const [good, bad, large] = await Promise.all(ids.map(task));
    expect(good).toMatchObject({ status: "completed", output: { ok: true } });
    expect(good?.events.map(({ event_type }) => event_type)).toEqual(["created", "started", "progress", "completed"]);
    expect(bad?.status).toBe("failed");
    expect(bad?.events.at(-1)?.payload).toMatchObject({ reason: "No luck." });
    expect(large).toMatchObject({ status: "completed", output: { bytes: 300_002 } });
  });

  test("stops a handler whose task a person cancels", async () => {
    const { scene, agent, start, task } = server();
    const { actor, env } = await agent("Stopped");
    const { id } = await aTask(scene.app, scene.owner, actor);
    put(
      "stopped.py",
      `from bailiwick import *\nwork(Client(), lambda task, context: context.wait(600), lease_seconds=5)`,
    );
    const child = start("python3", ["stopped.py"], env);
    await expect.poll(async () => (await task(id)).status).toBe("running");
    await scene.app.call(cancelTask, scene.owner, { id });
    // The worker is free again for another task.
    const next = await aTask(scene.app, scene.owner, actor);
    await expect.poll(async () => (await task(next.id)).status).toBe("running");
    expect((await task(id)).status).toBe("canceled");
    child.kill("SIGKILL");
  });

  test("releases on SIGTERM the task that does not end in the grace time, and ends", async () => {
    const { scene, agent, start, task } = server();
    const { actor, env } = await agent("Released");
    const { id } = await aTask(scene.app, scene.owner, actor);
    const program = `import time\nfrom bailiwick import *\nwork(Client(), lambda *_: time.sleep(600), grace_seconds=0.2)`;
    put("released.py", program);
    const child = start("python3", ["released.py"], env);
    await expect.poll(async () => (await task(id)).status).toBe("running");
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const { status, attempt, events } = await task(id);
    expect([status, attempt]).toEqual(["queued", 1]);
    expect(events.map(({ event_type }) => event_type)).toContain("released");
  });

  test("ends a claim that waits when it is stopped, and releases what the claim still brings", async () => {
    const fake = new FakeServer({
      "/api/tasks/claim": [NEVER, [200, { items: [task(1)], skipped: [] }]],
      "/api/tasks/t/release": [[200, {}]],
    });
    put("waits.py", "from bailiwick import *\nwork(Client(), lambda *_: print('begun'))");
    const child = server().start("python3", ["waits.py"], await fake.listen());
    await expect.poll(() => fake.received.length).toBe(1);
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    const claim = { path: "/api/tasks/claim", key: fake.received[0]?.key };
    expect(fake.received).toMatchObject([claim, claim, { path: "/api/tasks/t/release", body: { fence: 1 } }]);
  });

  test("sends a late result with the next attempt, and does not run the handler a second time", async () => {
    const claims = [1, 2].map((fence): Answer => [200, { items: [task(fence)], skipped: [] }]);
    const fake = new FakeServer({
      "/api/tasks/claim": [...claims, NONE],
      "/api/tasks/t/heartbeat": [BEAT],
      "/api/tasks/t/complete": [problem("lease_lost"), [200, {}]],
    });
    const program = `
stop, runs, late = threading.Event(), [], []
def handle(task, context):
    runs.append(task["fence"])
    return "done"
def when_done():
    while len([one for one in fetched if one == "tasks.complete"]) < 2: time.sleep(0.01)
    stop.set()
fetched = []
client = Client()
call = client.call
def watched(name, *args, **more):
    try: return call(name, *args, **more)
    finally: fetched.append(name)
client.call = watched
threading.Thread(target=when_done, daemon=True).start()
work(client, handle, stop=stop, on_late_result=lambda task, refusal: late.append(refusal.code))
print(json.dumps([runs, late]))`;
    expect(await python("late.py", program, await fake.listen())).toEqual([[1], ["lease_lost"]]);
    const completed = fake.received.filter(({ path }) => path.endsWith("complete"));
    expect(completed.map(({ body }) => body)).toEqual([
      { fence: 1, output: "done" },
      { fence: 2, output: "done" },
    ]);
  });

  test("ends with the refusal when the server does not take the key", async () => {
    const fake = new FakeServer({ "/api/tasks/claim": [problem("unauthenticated", 401)] });
    const program = `
try:
    work(Client(), lambda *_: None)
except BailiwickError as error:
    print(json.dumps(error.code))`;
    expect(await python("refused.py", program, await fake.listen())).toBe("unauthenticated");
  });
});
