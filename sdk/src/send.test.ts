import { expect, test, vi } from "vitest";
import { BailiwickError } from "./error.ts";
import { createClient } from "./index.ts";

interface Sent {
  url: string;
  method: string;
  headers: Record<string, string>;
  body: unknown;
}

/** A server that sends these answers in order and repeats the last one. */
function fakeServer(...answers: (() => Response)[]) {
  const sent: Sent[] = [];
  const fetch: typeof globalThis.fetch = async (url, init = {}) => {
    init.signal?.throwIfAborted();
    sent.push({
      url: String(url),
      method: init.method ?? "GET",
      headers: init.headers as Record<string, string>,
      body: typeof init.body === "string" ? JSON.parse(init.body) : undefined,
    });
    const answer = answers[Math.min(sent.length, answers.length) - 1];
    if (!answer) throw new TypeError("fetch failed");
    return answer();
  };
  return { sent, client: createClient({ url: "http://server/", key: "k", workspace: "w", fetch }) };
}

const ok = (body: unknown) => () => Response.json(body);
const problem =
  (status: number, code: string, more: object = {}, headers: Record<string, string> = {}) =>
  () =>
    Response.json({ code, status, detail: `It is ${code}.`, ...more }, { status, headers });
const away = () => {
  throw new TypeError("fetch failed");
};

test("a command sends path, body, key and workspace", async () => {
  const { client, sent } = fakeServer(ok({ id: "a/b" }));
  await client.tasks.complete({ id: "a/b", fence: 3, output: { x: 1 } });
  expect(sent[0]).toMatchObject({
    url: "http://server/api/tasks/a%2Fb/complete",
    method: "POST",
    headers: {
      authorization: "Bearer k",
      "bailiwick-workspace": "w",
      "idempotency-key": expect.stringMatching(/^\w{32}$/),
    },
    body: { fence: 3, output: { x: 1 } },
  });
});

test("a query sends its fields in the URL, without fields that are undefined", async () => {
  const { client, sent } = fakeServer(ok({ items: [], next_cursor: null }));
  await client.tasks.list({ q: "a b&c", limit: 5, status: undefined });
  expect(sent[0]).toMatchObject({ url: "http://server/api/tasks?q=a+b%26c&limit=5", method: "GET", body: undefined });
  expect(sent[0]?.headers).not.toHaveProperty("idempotency-key");
});

test("a problem becomes an error with all its fields", async () => {
  const body = { errors: [{ path: "/title", message: "is required." }], next_step: "Give one.", request_id: "r" };
  const { client, sent } = fakeServer(problem(400, "invalid_input", body));
  const error = await client.tasks.create({ title: "", assigned_to_agent_id: "" }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(BailiwickError);
  expect(error).toMatchObject({
    code: "invalid_input",
    status: 400,
    detail: "It is invalid_input.",
    errors: body.errors,
    nextStep: "Give one.",
    requestId: "r",
    isTransient: false,
  });
  expect(sent).toHaveLength(1);
});

test.each([
  ["a server that is away", away],
  ["503", problem(503, "unavailable")],
  ["429", problem(429, "rate_limited")],
  ["a first call still running", problem(409, "in_flight")],
  ["a proxy's error page", () => new Response("<html>", { status: 502 })],
])("repeats with one idempotency key after %s", async (_what, answer) => {
  const { client, sent } = fakeServer(answer, answer, ok({ id: "1" }));
  await expect(client.agents.pause({ id: "1" })).resolves.toEqual({ id: "1" });
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
});

test("stops after five attempts, and at once when a repeat cannot succeed", async () => {
  vi.useFakeTimers();
  try {
    const gone = fakeServer(away);
    const failed = expect(gone.client.auth.me()).rejects.toMatchObject({ code: "unreachable", status: 0 });
    await vi.runAllTimersAsync();
    await failed;
    expect(gone.sent).toHaveLength(5);
  } finally {
    vi.useRealTimers();
  }
  for (const [status, code, headers] of [
    [409, "conflict", {}],
    [500, "internal", {}],
    [429, "cooldown", { "retry-after": "900" }],
  ] as const) {
    const { client, sent } = fakeServer(problem(status, code, {}, headers));
    await expect(client.agents.pause({ id: "1" })).rejects.toMatchObject({ code });
    expect(sent).toHaveLength(1);
  }
});

test("waits for the time of `Retry-After`", async () => {
  vi.useFakeTimers();
  try {
    const { client, sent } = fakeServer(problem(429, "rate_limited", {}, { "retry-after": "7" }), ok({ items: [] }));
    const listed = client.tasks.list();
    await vi.advanceTimersByTimeAsync(6_900);
    expect(sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(400);
    await listed;
    expect(sent).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});

test("repeats as long as the server asks it to, up to the time that the caller gives", async () => {
  vi.useFakeTimers();
  try {
    const busy = problem(429, "rate_limited", {}, { "retry-after": "10" });
    const patient = fakeServer(...Array.from({ length: 12 }, () => busy), ok({ id: "1" }));
    const paused = patient.client.agents.pause({ id: "1" }, { retryForMs: 600_000 });
    await vi.runAllTimersAsync();
    await expect(paused).resolves.toEqual({ id: "1" });
    expect(patient.sent).toHaveLength(13);
    const short = fakeServer(busy);
    const refused = expect(short.client.agents.pause({ id: "1" }, { retryForMs: 25_000 })).rejects.toMatchObject({
      code: "rate_limited",
    });
    await vi.runAllTimersAsync();
    await refused;
    expect(short.sent).toHaveLength(3);
  } finally {
    vi.useRealTimers();
  }
});

test("waits for its request limit as long as the server says, until the signal", async () => {
  vi.useFakeTimers();
  try {
    const busy = problem(429, "rate_limited", {}, { "retry-after": "900" });
    const patient = fakeServer(busy, busy, ok({ id: "1" }));
    const completed = patient.client.tasks.complete({ id: "1" });
    await vi.runAllTimersAsync();
    await expect(completed).resolves.toEqual({ id: "1" });
    expect(patient.sent).toHaveLength(3);
    const stop = new AbortController();
    const stopped = fakeServer(busy);
    const ended = expect(stopped.client.tasks.claim({}, { signal: stop.signal })).rejects.toThrow("enough");
    await vi.advanceTimersByTimeAsync(300_000);
    stop.abort(new Error("enough"));
    await ended;
    expect(stopped.sent).toHaveLength(1);
  } finally {
    vi.useRealTimers();
  }
});

test("a sign-in is never sent twice", async () => {
  const { client, sent } = fakeServer(away);
  await expect(client.auth.verify({ token: "t" })).rejects.toMatchObject({ code: "unreachable" });
  expect(sent).toHaveLength(1);
});

test("the caller's signal ends the call and its repeats", async () => {
  const { client, sent } = fakeServer(away);
  const stop = new AbortController();
  const call = client.tasks.list({}, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error("enough")), 20);
  await expect(call).rejects.toThrow("enough");
  const before = sent.length;
  await expect(client.tasks.list({}, { signal: stop.signal })).rejects.toThrow("enough");
  expect(sent).toHaveLength(before);
});
