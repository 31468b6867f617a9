/** The routes of OTLP: what captured agents export counts once, in every encoding. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { aTask } from "../../../test/harness/builders.ts";
import { useApp } from "../../../test/harness/harness.ts";
import { aScene, type Scene } from "../../../test/harness/scene.ts";
import { createWeb, credentialsOf } from "../../../test/harness/web.ts";
import { getRun } from "../../observability/operations/get-run.ts";
import { listEvents } from "../../observability/operations/list-events.ts";
import { listRuns } from "../../observability/operations/list-runs.ts";
import { summarizeCosts } from "../../observability/operations/summarize-costs.ts";
import type { HttpServer } from "../../surfaces/http/server.ts";

const FIXTURES = new URL("../../observability/otlp/fixtures/", import.meta.url);
const capture = (name: string) => readFileSync(new URL(name, FIXTURES));

const app = useApp();
let web: HttpServer;
beforeAll(() => {
  web = createWeb(app());
});
afterAll(() => web.close());

interface Export {
  type?: string;
  encoding?: string;
}

async function send(headers: Record<string, string>, signal: string, payload: Buffer, { type, encoding }: Export = {}) {
  return web.app.inject({
    method: "POST",
    url: `/otlp/v1/${signal}`,
    headers: {
      ...headers,
      "content-type": type ?? "application/json",
      ...(encoding !== undefined && { "content-encoding": encoding }),
    },
    payload,
  });
}

async function totalOf({ owner }: Scene) {
  return (await app().call(summarizeCosts, owner, { group_by: "agent" })).total;
}

const LOGS = ["claude-code-2-1-332-logs-0006.json", "claude-code-2-1-332-logs-0009.json"];
const SPANS = "claude-code-2-1-332-traces-0008.json";

/** The captures, moved to now, since events of long ago are refused. */
function fresh(name: string): Buffer {
  const nanos = (BigInt(Date.now()) * 1_000_000n).toString();
  const text = capture(name)
    .toString("utf8")
    .replaceAll(/"(timeUnixNano|observedTimeUnixNano|startTimeUnixNano|endTimeUnixNano)": ?"\d+"/g, `"$1":"${nanos}"`)
    .replaceAll(
      /("key": ?"event\.timestamp",\s*"value": ?\{\s*"stringValue": ?)"[^"]+"/g,
      `$1"${new Date().toISOString()}"`,
    );
  return Buffer.from(text);
}

describe("Claude Code", () => {
  it("counts once, from logs and spans, sent twice, as JSON and as gzip, and costs what it says", async () => {
    const scene = await aScene(app());
    const headers = await credentialsOf(scene, "agent");
    for (const name of [...LOGS, ...LOGS]) {
      const answer = await send(headers, "logs", fresh(name));
      expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
    }
    const once = await totalOf(scene);
    expect(once.calls).toBeGreaterThan(0);
    const costs = LOGS.flatMap((name) => [
      ...capture(name)
        .toString("utf8")
        .matchAll(/"key": ?"cost_usd",\s*"value": ?\{\s*"doubleValue": ?([\d.e-]+)/g),
    ]).map(([, usd]) => Number(usd));
    expect(once.cost_usd).toBeCloseTo(
      costs.reduce((sum, usd) => sum + usd, 0),
      9,
    );
    const spans = await send(headers, "traces", gzipSync(fresh(SPANS)), { encoding: "gzip" });
    expect([spans.statusCode, spans.json()]).toEqual([200, {}]);
    expect(await totalOf(scene)).toEqual(once);
  });
});

/** The names and depths of the events of the only run. */
async function treeOf({ owner }: Scene) {
  const { items } = await app().call(listRuns, owner, {});
  expect(items).toHaveLength(1);
  const run = await app().call(getRun, owner, { id: items[0]?.run_id ?? "" });
  const shown = run.events.map(({ event, depth, own_cost_usd, inclusive_cost_usd }) => ({
    type: event.event_type,
    depth,
    own: own_cost_usd,
    inclusive: inclusive_cost_usd,
  }));
  return { run, shown };
}

describe("the spans of a trace", () => {
  it("make one run as a tree, whichever signal comes first", async () => {
    for (const order of [
      ["logs", "traces"],
      ["traces", "logs"],
    ]) {
      const scene = await aScene(app());
      const headers = await credentialsOf(scene, "agent");
      for (const signal of order)
        for (const name of signal === "logs" ? LOGS : [SPANS]) await send(headers, signal, fresh(name));
      const { run, shown } = await treeOf(scene);
      expect(run.total_cost_usd).toBeGreaterThan(0);
      const [root, ...below] = shown;
      expect(root).toMatchObject({ type: "action_finished", depth: 0, own: 0, inclusive: run.total_cost_usd });
      expect(below.map(({ type, depth }) => `${type} ${depth}`).sort()).toEqual([
        "llm_call 1",
        "llm_call 1",
        "tool_call 1",
      ]);
    }
  });

  it("under the trace of a task count for the task, and the outermost agent ends the run", async () => {
    const scene = await aScene(app());
    const { id } = await aTask(app(), scene.owner, scene.agent);
    const headers = await credentialsOf(scene, "agent");
    const body = fresh(SPANS)
      .toString("utf8")
      .replaceAll("4bf92f3577b34da6a3ce929d0e0e4736", id.replaceAll("-", ""))
      .replaceAll("00f067aa0ba902b7", "0000000000000001");
    await send(headers, "traces", Buffer.from(body));
    await send(headers, "traces", Buffer.from(body));
    const { run } = await treeOf(scene);
    expect(run).toMatchObject({ task_id: id, status: "success", total_llm_calls: 2, total_tool_calls: 1 });
    const { items } = await app().call(summarizeCosts, scene.owner, { group_by: "task" });
    expect(items).toMatchObject([{ key: id, calls: 2 }]);
  });
});

/** The bytes of a field: its tag, and its length before a text or a message. */
const field = (number: number, value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value as string);
  return Buffer.concat([Buffer.from([(number << 3) | 2, ...varint(bytes.length)]), bytes]);
};
const varint = (value: number): number[] => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const attribute = (number: number, key: string, value: string | number): Buffer => {
  const any = typeof value === "string" ? field(1, value) : Buffer.from([0x18, ...varint(value)]);
  return field(number, Buffer.concat([field(1, key), field(2, any)]));
};

/** A call of a model by the GenAI conventions, as a span in protobuf. */
function spanRequest(span: string, tokens: number, resource: Record<string, string> = {}): Buffer {
  const time = Buffer.alloc(8);
  time.writeBigUInt64LE(BigInt(Date.now()) * 1_000_000n);
  const inside = Buffer.concat([
    field(1, Buffer.alloc(16, 1)),
    field(2, Buffer.from(span.padEnd(8, "0"))),
    field(5, "chat"),
    Buffer.concat([Buffer.from([(7 << 3) | 1]), time]),
    Buffer.concat([Buffer.from([(8 << 3) | 1]), time]),
    attribute(9, "gen_ai.operation.name", "chat"),
    attribute(9, "gen_ai.provider.name", "anthropic"),
    attribute(9, "gen_ai.request.model", "claude-opus-4-5"),
    attribute(9, "gen_ai.usage.input_tokens", tokens),
    attribute(9, "gen_ai.usage.output_tokens", 0),
  ]);
  const about = field(1, Buffer.concat(Object.entries(resource).map(([key, value]) => attribute(1, key, value))));
  return field(1, Buffer.concat([about, field(2, field(2, inside))]));
}

const PROTOBUF = { type: "application/x-protobuf" };

describe("a span in protobuf", () => {
  it("counts for the task that its resource names", async () => {
    const scene = await aScene(app());
    const task = await aTask(app(), scene.owner, scene.agent);
    const headers = await credentialsOf(scene, "agent");
    const body = spanRequest("one", 1_000, { "bailiwick.task.id": task.id });
    const answer = await send(headers, "traces", gzipSync(body), { ...PROTOBUF, encoding: "gzip" });
    expect([answer.statusCode, answer.headers["content-type"], answer.rawPayload.length]).toEqual([
      200,
      "application/x-protobuf",
      0,
    ]);
    const { items } = await app().call(listEvents, scene.owner, { task_id: task.id });
    expect(items).toMatchObject([{ source: "otlp", event_type: "llm_call", tokens_in: 1_000, cost_usd: 0.005 }]);
    await send(headers, "traces", body, PROTOBUF);
    expect(await totalOf(scene)).toMatchObject({ calls: 1 });
  });

  it("that is refused is a partial success, never an error that a sender would repeat", async () => {
    const scene = await aScene(app());
    const headers = await credentialsOf(scene, "agent");
    const { rawPayload, statusCode } = await send(
      headers,
      "traces",
      spanRequest("two", 5, { "bailiwick.task.id": scene.workspace.id }),
      PROTOBUF,
    );
    expect(statusCode).toBe(200);
    expect(rawPayload.subarray(2, 5)).toEqual(Buffer.from([0x08, 1, 0x12]));
    expect(rawPayload.toString("utf8")).toContain(`There is no task ${scene.workspace.id}.`);
    const service = await credentialsOf(scene, "ingest");
    const named = await send(
      service,
      "traces",
      spanRequest("three", 5, { "bailiwick.agent": scene.other.id }),
      PROTOBUF,
    );
    expect(named.rawPayload).toHaveLength(0);
  });
});

describe("a request", () => {
  it("without a credential, or with one that may not send, is refused", async () => {
    const scene = await aScene(app());
    expect((await send({}, "logs", Buffer.from("{}"))).statusCode).toBe(401);
    expect((await send(await credentialsOf(scene, "viewer"), "logs", Buffer.from("{}"))).statusCode).toBe(403);
  });

  it("that is broken, too large or of another type is refused for good", async () => {
    const headers = await credentialsOf(await aScene(app()), "agent");
    const statusOf = async (body: Buffer, more: Export = {}) => (await send(headers, "logs", body, more)).statusCode;
    expect(await statusOf(Buffer.from("{"))).toBe(400);
    expect(await statusOf(Buffer.from('{"resourceLogs":5}'))).toBe(400);
    expect(await statusOf(Buffer.from([0x0a, 0x7f, 0x01]), PROTOBUF)).toBe(400);
    expect(await statusOf(Buffer.from("no gzip"), { encoding: "gzip" })).toBe(400);
    expect(await statusOf(Buffer.from("{}"), { encoding: "br" })).toBe(415);
    expect(await statusOf(Buffer.from("{}"), { type: "text/plain" })).toBe(415);
    expect(await statusOf(Buffer.alloc(4 * 1024 * 1024 + 1))).toBe(413);
    expect(await statusOf(gzipSync(Buffer.alloc(9 * 1024 * 1024, " ")), { encoding: "gzip" })).toBe(413);
    expect(await statusOf(Buffer.from("{}"))).toBe(200);
  });
});

describe("a record of a hostile sender", () => {
  const attribute = (key: string, value: object) => ({ key, value });
  const log = (attributes: object[]) => ({
    resourceLogs: [
      {
        scopeLogs: [
          {
            scope: { name: "com.anthropic.claude_code.events" },
            logRecords: [{ attributes: [attribute("event.name", { stringValue: "api_request" }), ...attributes] }],
          },
        ],
      },
    ],
  });
  const INPUT = attribute("input_tokens", { intValue: "1000000" });
  const MODEL = attribute("model", { stringValue: "claude-opus-4-5" });

  it.each([
    ["cost_usd", { doubleValue: -5 }],
    ["cost_usd", { doubleValue: 1e300 }],
    ["cost_usd_micros", { doubleValue: -1 }],
    ["cost_usd_micros", { intValue: "99999999999999999999999" }],
  ])("with %s %j has the list price", async (name, value) => {
    const scene = await aScene(app());
    const answer = await send(
      await credentialsOf(scene, "agent"),
      "logs",
      Buffer.from(JSON.stringify(log([MODEL, INPUT, attribute(name, value)]))),
    );
    expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
    expect(await totalOf(scene)).toMatchObject({ calls: 1, cost_usd: 5 });
  });

  it("among more than one operation takes is stored once, also when the request comes twice", async () => {
    const scene = await aScene(app());
    const headers = await credentialsOf(scene, "agent");
    const one = log([MODEL, attribute("session.id", { stringValue: "s" })]).resourceLogs[0]?.scopeLogs[0];
    const records = Array.from({ length: 4_500 }, (_, n) => ({
      attributes: [...(one?.logRecords[0]?.attributes ?? []), attribute("request_id", { stringValue: String(n) })],
    }));
    const payload = Buffer.from(JSON.stringify({ resourceLogs: [{ scopeLogs: [{ ...one, logRecords: records }] }] }));
    for (const body of [payload, gzipSync(payload)]) {
      const answer = await send(headers, "logs", body, body === payload ? {} : { encoding: "gzip" });
      expect([answer.statusCode, answer.json()]).toEqual([200, {}]);
      expect(await totalOf(scene)).toMatchObject({ calls: 4_500 });
    }
  });

  it("with a part of a micro-dollar, or text that no database holds, never costs the others", async () => {
    const scene = await aScene(app());
    const headers = await credentialsOf(scene, "agent");
    const request = log([MODEL, INPUT, attribute("cost_usd_micros", { doubleValue: 1.5 })]);
    request.resourceLogs.push(...log([attribute("model", { stringValue: "a\0b" }), INPUT]).resourceLogs);
    const answer = await send(headers, "logs", Buffer.from(JSON.stringify(request)));
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      { partialSuccess: { rejectedLogRecords: "1", errorMessage: expect.stringContaining("NUL") } },
    ]);
    expect(await totalOf(scene)).toMatchObject({ calls: 1, cost_usd: 0.000_001_5 });
  });
});
