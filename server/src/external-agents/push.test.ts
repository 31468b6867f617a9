/** Pushes: what is sent, what each answer means, and the key that lives as long as the lease. */
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSecondApp, factsOf, type TestApp, testEnvironment, useApp } from "../../test/harness/harness.ts";
import { times } from "../../test/harness/outcomes.ts";
import { json, pushesOn, pushSenderOf } from "../../test/harness/pushes.ts";
import { dispatchForOn, later, sweep } from "../../test/harness/team.ts";
import { getAgent } from "../agents/operations/get-agent.ts";
import { pauseAgent } from "../agents/operations/pause-agent.ts";
import { resumeAgent } from "../agents/operations/resume-agent.ts";
import { rotatePushSecret } from "../agents/operations/rotate-push-secret.ts";
import { pushSecretsOf } from "../agents/push-secret.ts";
import { type Answer, useStandIn } from "../connections/test-stand-in.ts";
import { createStop } from "../stops/operations/create-stop.ts";
import { liftStop } from "../stops/operations/lift-stop.ts";
import { completeTask } from "../tasks/operations/complete-task.ts";
import { listGaps } from "../tasks/operations/list-gaps.ts";
import { LEASE_SECONDS, OUTPUT_BYTES_MAX, roomOf } from "./rules.ts";
import type { PushSenderOptions } from "./sender.ts";

const settings = { privateHosts: ["127.0.0.1"] };
const app = useApp({ env: testEnvironment({ settings }) });
const service = useStandIn();
let second: TestApp;
beforeAll(() => {
  second = createSecondApp(app(), { env: testEnvironment({ settings }) });
});
afterAll(() => second.close());

const { aPushAgent, round, serve, taskFor, read, bodies } = pushesOn(app, service);

describe("a push", () => {
  test("is signed, names task, fence, lease, key and address, and the output completes the task", async () => {
    const pushed = await aPushAgent({ auth_config: { mode: "bearer", token: "token-of-the-agent" } });
    const task = await taskFor(pushed, { input: { text: "Add it up." } });
    service.answer = () => json({ output: { sum: 3 } });
    await serve(pushed);
    const [sent] = service.received;
    expect(sent).toMatchObject({ method: "POST", path: "/agent/tasks" });
    expect(sent?.headers.authorization).toBe("Bearer token-of-the-agent");
    // The receiver's own library accepts the signature.
    const body = new Webhook(pushed.secret).verify(sent?.text ?? "", sent?.headers as Record<string, string>);
    expect(body).toMatchObject({
      task: { id: task.id, title: "A task", input: { text: "Add it up." }, status: "running" },
      fence: 1,
      lease_expires_at: expect.any(String),
      key: expect.stringMatching(/^bw_task_/),
      api_url: `${app().env.publicUrl}/api`,
    });
    expect(await read(pushed, task)).toMatchObject({ status: "completed", output: { sum: 3 } });
    expect((await factsOf(app(), pushed.workspace.id, pushed.id)).at(-1)).toMatchObject({
      type: "agent.pushed",
      data: { task_id: task.id, fence: 1, result: "completed", response_status: 200, error: null },
    });
    const agent = await app().call(getAgent, pushed.owner, { id: pushed.id });
    expect(agent).toMatchObject({
      last_error: null,
      last_connected_at: expect.any(String),
      presence: { state: "online" },
    });
  });

  test("after a rotation is signed with both secrets", async () => {
    const pushed = await aPushAgent();
    const { push_secret } = await app().call(rotatePushSecret, pushed.owner, { id: pushed.id });
    await taskFor(pushed);
    service.answer = () => json({ output: 1 });
    await serve(pushed);
    const [sent] = service.received;
    for (const secret of [pushed.secret, push_secret]) {
      new Webhook(secret).verify(sent?.text ?? "", sent?.headers as Record<string, string>);
    }
  });

  test("is signed with the new secret alone when the day is over", () => {
    const stored = { secret: "new", previous: "old", previous_until: "2026-03-02T12:00:00.000Z" };
    const at = (time: string) => pushSecretsOf(new Map([["push_secret", JSON.stringify(stored)]]), new Date(time));
    expect(at("2026-03-02T11:59:59.999Z")).toEqual(["new", "old"]);
    expect(at("2026-03-02T12:00:00.000Z")).toEqual(["new"]);
  });

  const long = "x".repeat(OUTPUT_BYTES_MAX);
  test.each([
    ["500", () => ({ status: 500 }), "The agent answered 500."],
    ["a redirect", () => ({ status: 307, headers: { location: "/elsewhere" } }), "The agent answered 307."],
    ["no JSON", () => ({ status: 200, body: "Done!" }), "without a JSON object with output"],
    ["a list", () => json([{ output: 1 }]), "without a JSON object with output"],
    ["no output", () => json({ result: 1 }), "without a JSON object with output"],
    ["204", () => ({ status: 204 }), "The agent answered 204."],
    ["an output that is too long", () => json({ output: long }), "bytes"],
    ["an output that no document can hold", () => json({ output: "\0" }), "output"],
    ["100 MB", () => ({ status: 200, body: "x".repeat(100_000_000) }), "longer than"],
    ["a broken connection", () => "break" as const, /hang up|reset|closed the connection/],
  ])("whose answer is %s counts as an attempt and is tried again", async (_, answer, message) => {
    const pushed = await aPushAgent();
    const task = await taskFor(pushed);
    service.answer = answer as () => Answer;
    await serve(pushed);
    expect(service.received).toHaveLength(1);
    const after = await read(pushed, task);
    expect(after).toMatchObject({ status: "queued", attempt: 1, output: null });
    const { last_error } = await app().call(getAgent, pushed.owner, { id: pushed.id });
    if (!message.toString().startsWith("output")) expect(last_error).toMatch(message);
    // Two more attempts, and the task has failed.
    service.answer = () => ({ status: 500 });
    for (const wait of [10, 60]) await later(app(), wait, () => serve(pushed));
    expect(await read(pushed, task)).toMatchObject({ status: "failed", attempt: 3 });
    expect(service.received).toHaveLength(3);
  });

  test("that gets no answer in time is a failure", async () => {
    const pushed = await aPushAgent();
    const task = await taskFor(pushed);
    service.answer = () => undefined;
    await serve(pushed, app(), { outgoing: { allowed: ["127.0.0.1"], timeoutMs: 100 } });
    expect(await read(pushed, task)).toMatchObject({ status: "queued" });
    const { last_error } = await app().call(getAgent, pushed.owner, { id: pushed.id });
    expect(last_error).toContain("in time");
    service.endWaiting();
  });

  test.each([
    "http://10.0.0.1/",
    "http://[::ffff:7f00:1]:1/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://[2002:7f00:1::]/",
    "http://[2001:0:0:0:0:0:80ff:fffe]/",
    "http://meta.example/",
  ])("to %s is refused at the address that is dialled, and nothing is sent", async (connection_url) => {
    const pushed = await aPushAgent({ connection_url });
    const task = await taskFor(pushed);
    const resolve = async () => [{ address: "169.254.169.254", family: 4 }];
    await serve(pushed, app(), { outgoing: { allowed: [], resolve } });
    expect(service.received).toEqual([]);
    expect(await read(pushed, task)).toMatchObject({ status: "queued", attempt: 1 });
    const { last_error } = await app().call(getAgent, pushed.owner, { id: pushed.id });
    expect(last_error).toContain("private network");
  });

  test("shows no secret of the connection in the error", async () => {
    const secret = "very-secret-value";
    const pushed = await aPushAgent({ connection_url: `${service.url}/?key=${secret}` });
    await taskFor(pushed);
    service.answer = () => ({ status: 503, body: secret });
    await serve(pushed);
    expect(JSON.stringify(await factsOf(app(), pushed.workspace.id))).not.toContain(secret);
  });
});

describe("one push", () => {
  test("for each task, also of two processes at once", async () => {
    const pushed = await aPushAgent();
    service.answer = () => json({ output: 1 });
    const tasks = await Promise.all(times(6, () => taskFor(pushed)));
    while (service.received.length < 6) await Promise.all([serve(pushed), serve(pushed, second)]);
    await Promise.all([serve(pushed), serve(pushed, second)]);
    expect(
      bodies()
        .map(({ task }) => task.id)
        .sort(),
    ).toEqual(tasks.map(({ id }) => id).sort());
  });

  test("as many as the agent may run, over both processes", async () => {
    const pushed = await aPushAgent({ max_running_tasks: 2 });
    await Promise.all(times(5, () => taskFor(pushed)));
    service.answer = () => undefined;
    const senders = await Promise.all([round(pushed), round(pushed, second)]);
    await expect.poll(() => service.received.length).toBe(2);
    for (const one of [app(), second]) await round(pushed, one);
    expect(service.received).toHaveLength(2);
    service.answer = () => json({ output: 1 });
    service.endWaiting();
    await Promise.all(senders.map((sender) => sender.idle()));
  });

  test("to a receiver that hangs holds up no other agent of the workspace", async () => {
    const slow = await aPushAgent({ connection_url: `${service.url}/slow` });
    const quick = await aPushAgent({ connection_url: `${service.url}/quick` }, slow.workspace);
    service.answer = ({ path }) => (path.startsWith("/slow") ? undefined : json({ output: 1 }));
    await Promise.all(times(12, () => taskFor(slow)));
    const sender = pushSenderOf(app());
    const due = [{ workspace: slow.workspace.id, agents: [slow.id, quick.id] }];
    for (const _ of times(3, () => 0)) await sender.begin(due);
    const task = await taskFor(quick);
    await sender.begin(due);
    await expect.poll(async () => (await read(quick, task)).status).toBe("completed");
    service.endWaiting();
    await sender.idle();
  });

  test("leaves room for others when half of it is used", () => {
    expect(roomOf({ ofAgent: 0, ofWorkspace: 0, ofServer: 0 })).toBe(8);
    expect(roomOf({ ofAgent: 8, ofWorkspace: 8, ofServer: 8 })).toBe(0);
    expect(roomOf({ ofAgent: 0, ofWorkspace: 16, ofServer: 16 })).toBe(1);
    expect(roomOf({ ofAgent: 1, ofWorkspace: 16, ofServer: 16 })).toBe(0);
    expect(roomOf({ ofAgent: 0, ofWorkspace: 32, ofServer: 32 })).toBe(0);
    expect(roomOf({ ofAgent: 0, ofWorkspace: 0, ofServer: 200 })).toBe(0);
  });

  test("is not sent again within the lease after a crash, before or after the request; then the task is queued again", async () => {
    const lost: PushSenderOptions["dispatchFor"] = (operation, agent, input) =>
      operation === completeTask ? new Promise(() => undefined) : dispatchForOn(app())(operation, agent, input);
    const pushed = await aPushAgent();
    const task = await taskFor(pushed);
    service.answer = () => json({ output: 1 });
    await round(pushed, app(), { dispatchFor: lost });
    await expect.poll(() => service.received.length).toBe(1);
    await Promise.all([serve(pushed), serve(pushed, second)]);
    expect(service.received).toHaveLength(1);
    expect(await read(pushed, task)).toMatchObject({ status: "running" });
    await later(app(), LEASE_SECONDS + 1, async () => {
      await sweep(app(), pushed.workspace.id);
      expect(await read(pushed, task)).toMatchObject({ status: "queued" });
    });
    await later(app(), LEASE_SECONDS + 90, () => serve(pushed));
    const [first, again] = bodies().map(({ fence }) => fence);
    expect(again).toBeGreaterThan(first);
    expect(await read(pushed, task)).toMatchObject({ status: "completed" });
  });

  test("that the server's stop prevents gives the task back, and no attempt is counted", async () => {
    const pushed = await aPushAgent();
    const task = await taskFor(pushed);
    const stopping = new AbortController();
    const dispatchFor: PushSenderOptions["dispatchFor"] = async (operation, agent, input) => {
      const output = await dispatchForOn(app())(operation, agent, input);
      stopping.abort();
      return output;
    };
    await serve(pushed, app(), { dispatchFor, stop: stopping.signal });
    expect(service.received).toEqual([]);
    expect(await read(pushed, task)).toMatchObject({ status: "queued" });
    service.answer = () => json({ output: 1 });
    await serve(pushed);
    expect(await read(pushed, task)).toMatchObject({ status: "completed" });
  });
});

test("a late answer, after the lease ended and another start, applies nothing", async () => {
  const pushed = await aPushAgent();
  const task = await taskFor(pushed);
  let release: (answer: Answer) => void = () => undefined;
  service.answer = () => undefined;
  const hung = new Promise<Answer>((resolve) => {
    release = resolve;
  });
  const dispatchFor: PushSenderOptions["dispatchFor"] = async (operation, agent, input) => {
    if (operation === completeTask) await hung;
    return dispatchForOn(app())(operation, agent, input);
  };
  service.answer = () => json({ output: "old" });
  const sender = await round(pushed, app(), { dispatchFor });
  await expect.poll(() => service.received.length).toBe(1);
  await later(app(), LEASE_SECONDS + 1, () => sweep(app(), pushed.workspace.id));
  service.answer = () => json({ output: "new" });
  await later(app(), LEASE_SECONDS + 90, () => serve(pushed));
  release({ status: 200 });
  await sender.idle();
  expect(await read(pushed, task)).toMatchObject({ status: "completed", output: "new" });
  const facts = await factsOf(app(), pushed.workspace.id, pushed.id);
  expect(facts.filter(({ type }) => type === "agent.pushed").map(({ data }) => data.result)).toEqual([
    "completed",
    "late",
  ]);
});

test("gates decide: a paused agent, a stop and a limit get no push", async () => {
  const pushed = await aPushAgent();
  const { owner, id } = pushed;
  await taskFor(pushed);
  service.answer = () => json({ output: 1 });
  await app().call(pauseAgent, owner, { id });
  await serve(pushed);
  await app().call(resumeAgent, owner, { id });
  const stop = await app().call(createStop, owner, { scope: "agent", id, reason: "Wait." });
  await serve(pushed);
  expect(service.received).toEqual([]);
  await app().call(liftStop, owner, { id: stop.id, reason: "Go on." });
  await serve(pushed);
  expect(service.received).toHaveLength(1);
});

test("a push agent that never calls is no gap", async () => {
  const pushed = await aPushAgent();
  const task = await taskFor(pushed);
  const { items } = await later(app(), 3_600, () => app().call(listGaps, pushed.owner, {}));
  expect(items.map((item) => item.task.id)).not.toContain(task.id);
});
