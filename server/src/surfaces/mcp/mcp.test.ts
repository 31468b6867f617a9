import type { AddressInfo } from "node:net";
import { uuidv7 } from "uuidv7";
import { beforeAll, describe, expect, test } from "vitest";
import { testEnvironment } from "../../../test/harness/environment.ts";
import { FAKE_OPERATIONS, renameWorkspace } from "../../../test/harness/fake-operations.ts";
import { anInventedAgent, useSurface } from "../../../test/harness/surface.ts";
import type { Call } from "../../kernel/dispatch/call.ts";
import type { Dispatcher } from "../../kernel/dispatch/dispatch.ts";
import type { HttpServer } from "../http/server.ts";
import { registerMcp } from "./register.ts";
import { call, callWith, newClient, oldClient } from "./test-clients.ts";

/** Agents may not rename the workspace. */
const OPERATIONS = [...FAKE_OPERATIONS, renameWorkspace];
const THING = "01890000-0000-7000-8000-000000000001";

const surface = useSurface();
const calls: Call[] = [];
const running = new Set<Promise<unknown>>();
let http: HttpServer;
let port: number;

beforeAll(async () => {
  const { known, workspace } = surface();
  known.set("agent", anInventedAgent(workspace, new Set(["things:read", "things:write"] as const)));
  known.set("reader", anInventedAgent(workspace, new Set(["things:read"] as const)));
  http = surface().http({
    operations: OPERATIONS,
    env: testEnvironment({ publicUrl: "http://bailiwick.example" }),
    extensions: [
      (app, tools) =>
        registerMcp(
          app,
          { ...tools, dispatcher: watched(tools.dispatcher) },
          {
            operations: OPERATIONS,
            forAgents: ({ permission }) => permission.startsWith("things:"),
            version: "1.2.3",
          },
        ),
    ],
  });
  await http.app.listen({ port: 0, host: "127.0.0.1" });
  // A server that listens on TCP has such an address.
  port = (http.app.server.address() as AddressInfo).port;
});

function watched(dispatcher: Dispatcher): Dispatcher {
  return {
    ...dispatcher,
    dispatch(operation, actor, call) {
      calls.push(call);
      const answer = dispatcher.dispatch(operation, actor, call);
      running.add(answer);
      answer.catch(() => undefined).finally(() => running.delete(answer));
      return answer;
    },
  };
}

const url = () => new URL(`http://127.0.0.1:${port}/mcp`);

/** The same operation over HTTP: output, or the body of the problem. */
async function rest(name: string, input: Record<string, unknown>): Promise<unknown> {
  const operation = OPERATIONS.find((known) => known.name === name);
  const [method = "", path = ""] = operation?.route.split(" ") ?? [];
  const response = await fetch(`http://127.0.0.1:${port}/api${path.replace("{id}", String(input.id))}`, {
    method,
    headers: { authorization: "Bearer agent", "content-type": "application/json" },
    ...(method === "POST" && { body: JSON.stringify({ ...input, id: undefined }) }),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return response.ok ? body : { ...body, request_id: expect.any(String) };
}

const ERAS = [
  { era: "2026-07-28", connect: (key = "agent") => newClient(url(), key) },
  { era: "2025 and before", connect: (key = "agent") => oldClient(url(), key) },
] as const;

describe.each(ERAS)("a client of $era", ({ connect }) => {
  test("sees the tools its key permits, and no others", async () => {
    const { tools } = await (await connect()).listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "things_list",
      "things_rename",
      "things_get",
      "things_fail",
      "things_wait",
    ]);
    expect(tools[1]).toMatchObject({
      description: "Give a thing another name.",
      inputSchema: { type: "object", properties: { name: { maxLength: 20 } }, additionalProperties: false },
      annotations: { readOnlyHint: false },
    });
    expect(tools[2]).toMatchObject({
      description: "Read a thing. Things exist only as facts.",
      annotations: { readOnlyHint: true },
    });
    const reader = await (await connect("reader")).listTools();
    expect(reader.tools.map(({ name }) => name)).not.toContain("things_rename");
  });

  test("learns how to work here", async () => {
    const instructions = (await connect()).getInstructions();
    expect(instructions).toMatch(/^(?!.*tasks_claim).*agents share work/s);
  });

  test("gets the answer that REST gives, without its null fields", async () => {
    const client = await connect();
    const id = uuidv7();
    const renamed = await call(client, "things_rename", { id, name: "hello" });
    expect(renamed.isError ?? false).toBe(false);
    const got = await call(client, "things_get", { id });
    expect(await rest("things.get", { id })).toEqual({ id, name: "hello", note: null });
    // A model pays for every null that it reads.
    expect(got.structuredContent).toEqual({ id, name: "hello" });
    expect(got.content).toEqual([{ type: "text", text: JSON.stringify({ id, name: "hello" }) }]);
  });

  test.each([
    ["things.get", { id: "nothing" }, "invalid_input"],
    ["things.get", { id: THING }, "not_found"],
    ["things.rename", { id: THING, name: "x", extra: 1 }, "invalid_input"],
    ["things.rename", { id: THING }, "invalid_input"],
    ["things.fail", undefined, "invalid_input"],
  ])("gets the problem that REST gives: %s %j", async (name, input, code) => {
    const got = await call(await connect(), name.replace(".", "_"), input);
    expect(got.isError).toBe(true);
    expect(got.structuredContent).toMatchObject({ code });
    expect(got.structuredContent).toEqual(await rest(name, input ?? {}));
  });

  test("is refused what its key does not permit", async () => {
    const got = await call(await connect("reader"), "things_rename", { id: THING, name: "x" });
    expect(got).toMatchObject({ isError: true, structuredContent: { code: "forbidden", status: 403 } });
  });

  test("does not reach operations that are no tools", async () => {
    await expect(call(await connect(), "test_rename")).rejects.toThrow("There is no tool test_rename.");
  });

  test("learns nothing of a bug but the request id", async () => {
    const got = await call(await connect(), "things_fail", { how: "bug" });
    expect(got).toMatchObject({ isError: true, structuredContent: { code: "internal", status: 500 } });
    expect(JSON.stringify(got)).not.toContain("A bug");
    expect(surface().logged.at(-1)).toContain("A bug");
  });

  test("repeats a call with its idempotency key and it runs once", async () => {
    const client = await connect();
    const meta = { "bailiwick/idempotencyKey": uuidv7() };
    const id = uuidv7();
    const first = await call(client, "things_rename", { id, name: "once" }, meta);
    expect((await call(client, "things_rename", { id, name: "once" }, meta)).structuredContent).toEqual(
      first.structuredContent,
    );
    expect(await call(client, "things_rename", { id, name: "other" }, meta)).toMatchObject({
      structuredContent: { code: "idempotency_mismatch" },
    });
    expect(await call(client, "things_rename", { id, name: "x" }, { "bailiwick/idempotencyKey": 7 })).toMatchObject({
      structuredContent: { code: "invalid_input" },
    });
  });

  test("names its trace, and one with an id of zeros is ignored", async () => {
    const client = await connect();
    const [trace, parent] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
    for (const [traceparent, stored] of [
      [`00-${trace}-${parent}-01`, trace],
      [`00-${"0".repeat(32)}-${parent}-01`, null],
      [`00-${trace}-${"0".repeat(16)}-01`, null],
      [7, null],
    ] as const) {
      await call(client, "things_rename", { id: uuidv7(), name: "Traced" }, { traceparent });
      expect(calls.at(-1)?.request.trace_id, String(traceparent)).toBe(stored);
    }
  });

  test("cancels a long poll and the server stops looking", async () => {
    const client = await connect();
    const before = calls.length;
    const stop = new AbortController();
    const waiting = callWith(client, "things_wait", { wait_seconds: 30 }, stop.signal);
    const ended = expect(waiting).rejects.toThrow();
    await expect.poll(() => calls.length).toBeGreaterThan(before);
    stop.abort("enough");
    await ended;
    await expect.poll(() => calls.at(-1)?.abort?.().aborted).toBe(true);
    await expect.poll(() => running.size).toBe(0);
  });

  test("that goes away stops its long poll", async () => {
    const client = await connect();
    const before = calls.length;
    const waiting = call(client, "things_wait", { wait_seconds: 30 });
    const ended = expect(waiting).rejects.toThrow();
    await expect.poll(() => calls.length).toBeGreaterThan(before);
    await client.close();
    await ended;
    await expect.poll(() => running.size).toBe(0);
  });
});

test("ends a long poll when the server shuts down, and says so", async () => {
  const before = calls.length;
  const waiting = call(await newClient(url(), "agent"), "things_wait", { wait_seconds: 30 });
  await expect.poll(() => calls.length).toBeGreaterThan(before);
  http.tools.waiting.endAll();
  expect(await waiting).toMatchObject({ isError: true, structuredContent: { code: "unavailable", status: 503 } });
});
